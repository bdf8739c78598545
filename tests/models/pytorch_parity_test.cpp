// NN and LeNet against PyTorch: tests/parity/make_pytorch_fixture.py made the expected numbers.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "models/classifier.hpp"
#include "models/expect_gradient.hpp"
#include "models/hashed.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"

namespace ersatz::models {
namespace {

using testing::expect_gradient;
using testing::hashed;

nn::NamedTensors fixture_weights(const nn::NetworkSpec& spec) {
  nn::NamedTensors weights;
  std::uint32_t stream = 0;
  for (const nn::ParameterSpec& parameter : nn::parameter_specs(spec)) {
    const double fan_in = parameter.fan_in > 0 ? parameter.fan_in : 10000;
    nn::Tensor tensor{parameter.shape, {}};
    for (const double u : hashed(nn::element_count(parameter.shape), stream)) {
      tensor.values.push_back(static_cast<float>((u * 2 - 1) * std::sqrt(3 / fan_in)));
    }
    weights.emplace_back(parameter.name, std::move(tensor));
    ++stream;
  }
  return weights;
}

class PytorchParity : public ::testing::TestWithParam<int> {
 protected:
  static const Json& fixture() {
    static const Json content = read_json(ERSATZ_SOURCE_DIR "/tests/parity/pytorch.json");
    return content;
  }
};

TEST_P(PytorchParity, LogitsGradientsAndTenStepsAreTheSame) {
  const Json& expected = fixture()["cases"][GetParam()];
  const int batch = fixture()["batch"];
  const Classifier classifier = make_classifier(expected["classifier"], {32, 32}, 10);
  nn::Network network(classifier.network, {batch, nn::Precision::f32, true});
  network.set_weights(fixture_weights(classifier.network));
  nn::Sgd optimizer(network, {0.01, expected["momentum"], expected["nesterov"]});
  Method method;
  method.schedule = ExponentialDecay{0.9, 5};

  for (std::uint32_t step = 0; step < expected["losses"].size(); ++step) {
    const auto images = hashed(network.input().size(), 1100 + step);
    std::transform(images.begin(), images.end(), network.input().begin(),
                   [](double v) { return static_cast<float>(v); });
    std::vector<std::int32_t> labels;
    for (const double u : hashed(static_cast<std::size_t>(batch), 1200 + step))
      labels.push_back(static_cast<int>(u * 10));
    network.forward();
    const nn::LossSum sum = nn::softmax_cross_entropy(network.outputs(), labels, 10, network.output_gradients());
    const double loss = expected["losses"][step];
    EXPECT_NEAR(sum.loss / batch, loss, 1e-5 * loss) << "step " << step;
    if (step == 0) {
      const auto logits = expected["logits"].get<std::vector<double>>();
      double largest = 0;
      for (const double logit : logits) largest = std::max(largest, std::abs(logit));
      for (std::size_t i = 0; i < logits.size(); ++i) EXPECT_NEAR(network.outputs()[i], logits[i], 1e-5 * largest);
    }
    network.backward();
    if (step == 0) {
      std::uint32_t stream = 0;
      for (const auto& [name, gradient] : network.gradients()) {
        SCOPED_TRACE(name);
        expect_gradient(expected["gradients"][name], gradient, stream++);
      }
    }
    optimizer.step(method.rate(step, 100));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, PytorchParity, ::testing::Range(0, 4));

}  // namespace
}  // namespace ersatz::models
