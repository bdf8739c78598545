#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "nn/gelu.hpp"
#include "nn/has_precision.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"

namespace ersatz::nn {
namespace {

const NetworkSpec kSpec{
    {3, 10, 10},
    {Conv2d{.name = "first", .out_channels = 24, .kernel = 2, .padding = Padding::none, .frozen = true}, Gelu{},
     Conv2d{.name = "conv1", .out_channels = 20, .kernel = 3, .bias = false}, MaxPool{2},
     BatchNorm{.name = "norm1", .momentum = 0.25, .epsilon = 1e-5, .gelu = true}, Flatten{},
     Dense{"fc", 5, false, false}, Scale{0.5}}};

NamedTensors random_weights() {
  NamedTensors weights;
  for (const ParameterSpec& parameter : parameter_specs(kSpec)) {
    Random random(7, parameter.name);
    Tensor tensor{parameter.shape, std::vector<float>(element_count(parameter.shape))};
    for (float& value : tensor.values) value = 0.3F * random.normal();
    if (parameter.role == Role::running_var) std::fill(tensor.values.begin(), tensor.values.end(), 1.0F);
    weights.emplace_back(parameter.name, std::move(tensor));
  }
  return weights;
}

void train_steps(Network& network, Sgd& optimizer, std::uint32_t first, std::uint32_t last) {
  for (std::uint32_t step = first; step < last; ++step) {
    Random random(2, "examples", step);
    for (float& value : network.input()) value = random.normal();
    std::vector<std::int32_t> labels;
    for (int i = 0; i < network.batch(); ++i) labels.push_back(static_cast<std::int32_t>(random.below(5)));
    network.forward();
    softmax_cross_entropy(network.outputs(), labels, 5, network.output_gradients(), 0.2);
    network.backward();
    optimizer.step(0.05);
  }
}

class NormalisedNetwork : public ::testing::TestWithParam<Precision> {
 protected:
  NormalisedNetwork() : network_(make_network()), optimizer_(network_, {0.05, 0.9, true, 0.01, 4}) {
    network_.set_weights(random_weights());
  }
  void SetUp() override {
    if (!testing::has_precision(GetParam())) GTEST_SKIP() << "oneDNN has no bf16 here";
  }
  // How a primitive adds up depends on the number of threads when it is made.
  static Network make_network() {
    set_thread_count(1);
    return Network(kSpec, {8, testing::has_precision(GetParam()) ? GetParam() : Precision::f32, true});
  }
  static std::vector<float> values(const Network& network, const std::string& name) {
    return find_tensor(network.weights(), name).values;
  }
  Network network_;
  Sgd optimizer_;
};

TEST_P(NormalisedNetwork, RunningStatisticsTravelWithTheWeights) {
  train_steps(network_, optimizer_, 0, 3);
  EXPECT_NE(values(network_, "norm1.running_mean"), find_tensor(random_weights(), "norm1.running_mean").values);
  Network resumed(kSpec, {8, GetParam(), true});
  resumed.set_weights(network_.weights());
  Sgd optimizer(resumed, {0.05, 0.9, true, 0.01, 4});
  optimizer.set_state(optimizer_.state());
  train_steps(network_, optimizer_, 3, 6);
  train_steps(resumed, optimizer, 3, 6);
  const NamedTensors whole = network_.weights(), parts = resumed.weights();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(parts[i].second.values, whole[i].second.values) << whole[i].first;
  }
}

TEST_P(NormalisedNetwork, FrozenWeightsDoNotMoveAndRunningStatisticsAreNoParameters) {
  train_steps(network_, optimizer_, 0, 3);
  EXPECT_EQ(values(network_, "first.weight"), find_tensor(random_weights(), "first.weight").values);
  EXPECT_NE(values(network_, "first.bias"), find_tensor(random_weights(), "first.bias").values);
  for (const auto& [name, gradient] : network_.gradients()) {
    EXPECT_THAT(name, ::testing::AnyOf("first.bias", "conv1.weight", "norm1.bias", "fc.weight"));
  }
}

TEST_P(NormalisedNetwork, AFrozenBiasStaysAndChangesNoOtherGradient) {
  train_steps(network_, optimizer_, 0, 2);
  Network other(kSpec, {8, GetParam(), true});
  other.set_weights(network_.weights());
  Sgd optimizer(other, {0.05, 0.9, true, 0.01, 4});
  optimizer.set_state(optimizer_.state());
  optimizer.freeze("first.bias");
  const std::vector<float> before = values(network_, "first.bias");
  train_steps(network_, optimizer_, 2, 3);
  train_steps(other, optimizer, 2, 3);
  EXPECT_EQ(values(other, "first.bias"), before);
  EXPECT_NE(values(network_, "first.bias"), before);
  for (const char* name : {"conv1.weight", "norm1.bias", "fc.weight", "norm1.running_var"}) {
    EXPECT_EQ(values(other, name), values(network_, name)) << name;
  }
  EXPECT_THROW(other.freeze("second.bias"), Error);
}

TEST_P(NormalisedNetwork, InferenceTreatsEveryExampleAlone) {
  Network tested(kSpec, {8, GetParam(), false});
  tested.set_weights(network_.weights());
  Random random(3, "examples");
  for (float& value : tested.input()) value = random.normal();
  tested.forward();
  const std::vector<float> first(tested.outputs().begin(), tested.outputs().begin() + 5);
  std::fill(tested.input().begin() + 300, tested.input().end(), 9.0F);
  tested.forward();
  EXPECT_EQ(std::vector<float>(tested.outputs().begin(), tested.outputs().begin() + 5), first);
}

INSTANTIATE_TEST_SUITE_P(Precisions, NormalisedNetwork, ::testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& test) { return std::string(precision_name(test.param)); });

TEST(BatchNorm, OutputsOfABatchHaveMeanBiasAndDeviationOne) {
  // conv1 as a 1x1 identity, no GELU: outputs before the dense layer cannot be read, so an identity reads them.
  constexpr int kBatch = 50;
  const NetworkSpec spec{{2, 1, 1},
                         {Conv2d{.name = "conv1", .out_channels = 2, .kernel = 1},
                          BatchNorm{.name = "norm1", .momentum = 0.1, .epsilon = 1e-12}, Dense{"fc", 2, false, false}}};
  Network network(spec, {kBatch, Precision::f32, true});
  network.set_weights({{"conv1.weight", {{2, 2, 1, 1}, {1, 0, 0, 1}}},
                       {"conv1.bias", {{2}, {0, 0}}},
                       {"norm1.bias", {{2}, {0.5F, -2}}},
                       {"norm1.running_mean", {{2}, {0, 0}}},
                       {"norm1.running_var", {{2}, {1, 1}}},
                       {"fc.weight", {{2, 2}, {1, 0, 0, 1}}}});
  Random random(4, "examples");
  for (float& value : network.input()) value = 1000 + 3 * random.normal();
  network.forward();
  for (int c = 0; c < 2; ++c) {
    double mean = 0, square = 0;
    for (int i = 0; i < kBatch; ++i) mean += network.outputs()[2 * i + c] / kBatch;
    for (int i = 0; i < kBatch; ++i) square += std::pow(network.outputs()[2 * i + c] - mean, 2) / kBatch;
    EXPECT_NEAR(mean, c == 0 ? 0.5 : -2, 1e-4);
    EXPECT_NEAR(square, 1, 1e-4);
  }
}

TEST(BatchNorm, BehindADenseLayerIsAnError) {
  const NetworkSpec spec{{1, 4, 4}, {Flatten{}, Dense{"fc1", 8}, BatchNorm{"norm1"}, Dense{"fc2", 3}}};
  EXPECT_THROW(Network(spec, {8, Precision::f32, true}), Error);
}

TEST(Gelu, IsTheFormulaAndItsDerivative) {
  for (double x = -12; x <= 12; x += 0.0173) {
    const double below = 0.5 * std::erfc(-x / std::sqrt(2.0));
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0));
    EXPECT_NEAR(gelu(static_cast<float>(x)), x * below, 2e-6) << x;
    EXPECT_NEAR(gelu_slope(static_cast<float>(x)), below + x * density, 2e-6) << x;
  }
  EXPECT_EQ(gelu(0.0F), 0.0F);
  EXPECT_EQ(gelu(-1e30F), 0.0F);
  EXPECT_EQ(gelu(1e18F), 1e18F);
}

TEST(Loss, SmoothedTargetsGiveTheCrossEntropyOfTheMixture) {
  const std::vector<float> logits{1, 2, 3, 0.5F};
  std::vector<float> gradients(4), probabilities(4);
  const LossSum sum = softmax_cross_entropy(logits, std::vector<std::int32_t>{1}, 4, gradients, 0.2);
  softmax(logits, 4, probabilities);
  double loss = 0;
  for (std::size_t c = 0; c < 4; ++c) {
    const double target = c == 1 ? 0.85 : 0.05;
    loss -= target * std::log(static_cast<double>(probabilities[c]));
    EXPECT_NEAR(gradients[c], probabilities[c] - target, 1e-6);
  }
  EXPECT_NEAR(sum.loss, loss, 1e-6);
}

}  // namespace
}  // namespace ersatz::nn
