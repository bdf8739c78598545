// A small network of convnet's kinds of layers against PyTorch: tests/parity/make_convnet_fixture.py made the expected
// numbers.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "models/expect_gradient.hpp"
#include "models/hashed.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"

namespace ersatz::nn {
namespace {

using ersatz::testing::expect_gradient;
using ersatz::testing::hashed;

const NetworkSpec kSmall{
    {3, 12, 12},
    {Conv2d{.name = "whiten", .out_channels = 24, .kernel = 2, .padding = Padding::none, .frozen = true}, Gelu{},
     Conv2d{.name = "conv1", .out_channels = 16, .kernel = 3, .bias = false}, MaxPool{2},
     BatchNorm{.name = "norm1", .momentum = 0.4, .epsilon = 1e-12, .gelu = true},
     Conv2d{.name = "conv2", .out_channels = 16, .kernel = 3, .bias = false},
     BatchNorm{.name = "norm2", .momentum = 0.4, .epsilon = 1e-12, .gelu = true}, GlobalMaxPool{}, Flatten{},
     Dense{"fc", 10, false, false}, Scale{1.0 / 9}}};

NamedTensors fixture_weights() {
  NamedTensors weights;
  std::uint32_t stream = 0;
  for (const ParameterSpec& parameter : parameter_specs(kSmall)) {
    const double fan_in = parameter.fan_in > 0 ? parameter.fan_in : 10000;
    Tensor tensor{parameter.shape, {}};
    for (const double u : hashed(element_count(parameter.shape), stream)) {
      tensor.values.push_back(static_cast<float>((u * 2 - 1) * std::sqrt(3 / fan_in)));
    }
    if (parameter.role == Role::running_mean) std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
    if (parameter.role == Role::running_var) std::fill(tensor.values.begin(), tensor.values.end(), 1.0F);
    weights.emplace_back(parameter.name, std::move(tensor));
    ++stream;
  }
  return weights;
}

void fill_images(std::span<float> input, std::uint32_t step) {
  const auto images = hashed(input.size(), 1100 + step);
  std::transform(images.begin(), images.end(), input.begin(), [](double v) { return static_cast<float>(v); });
}

void expect_near(std::span<const float> values, const Json& expected, double tolerance) {
  const auto numbers = expected.get<std::vector<double>>();
  ASSERT_EQ(values.size(), numbers.size());
  double largest = 0;
  for (const double number : numbers) largest = std::max(largest, std::abs(number));
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_NEAR(values[i], numbers[i], tolerance * largest) << i;
}

TEST(ConvnetParity, TrainingStepsRunningStatisticsAndInferenceAreTheSame) {
  const Json expected = read_json(ERSATZ_SOURCE_DIR "/tests/parity/convnet.json");
  const int batch = expected["batch"];
  Network network(kSmall, {batch, Precision::f32, true});
  network.set_weights(fixture_weights());
  Sgd optimizer(network,
                {expected["rate"], expected["momentum"], true, expected["weight_decay"], expected["norm_bias_factor"]});
  for (std::uint32_t step = 0; step < expected["losses"].size(); ++step) {
    SCOPED_TRACE(step);
    fill_images(network.input(), step);
    std::vector<std::int32_t> labels;
    for (const double u : hashed(static_cast<std::size_t>(batch), 1200 + step))
      labels.push_back(static_cast<int>(u * 10));
    network.forward();
    const LossSum sum = softmax_cross_entropy(network.outputs(), labels, 10, network.output_gradients(),
                                              expected["smoothing"].get<double>());
    const double loss = expected["losses"][step];
    EXPECT_NEAR(sum.loss / batch, loss, 3e-5 * loss);
    network.backward();
    if (step == 0) {
      expect_near(network.outputs(), expected["logits"], 1e-5);
      std::uint32_t stream = 0;
      for (const auto& [name, gradient] : network.gradients()) {
        SCOPED_TRACE(name);
        expect_gradient(expected["gradients"][name], gradient, stream++);
      }
      EXPECT_EQ(stream, expected["gradients"].size());
    }
    optimizer.step(expected["rate"]);
  }
  const NamedTensors weights = network.weights();
  for (const auto& [name, values] : expected["running"].items()) {
    SCOPED_TRACE(name);
    expect_near(find_tensor(weights, name).values, values, 1e-4);
  }
  EXPECT_EQ(find_tensor(weights, "whiten.weight").values, fixture_weights()[0].second.values) << "is frozen";

  Network tested(kSmall, {batch, Precision::f32, false});
  tested.set_weights(weights);
  fill_images(tested.input(), static_cast<std::uint32_t>(expected["losses"].size()) - 1);
  tested.forward();
  expect_near(tested.outputs(), expected["tested"], 1e-3);
}

}  // namespace
}  // namespace ersatz::nn
