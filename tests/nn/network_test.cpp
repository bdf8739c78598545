#include "nn/network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "nn/has_precision.hpp"
#include "nn/loss.hpp"
#include "nn/matrix_rate.hpp"
#include "nn/optimizer.hpp"

namespace ersatz::nn {
namespace {

const NetworkSpec kSmall{{3, 8, 8},
                         {Conv2d{.name = "conv1", .out_channels = 18, .kernel = 3, .relu = true}, MaxPool{2}, Flatten{},
                          Dense{"fc1", 20, true}, Dense{"fc2", 5}}};

NamedTensors random_weights(const NetworkSpec& spec) {
  NamedTensors weights;
  for (const ParameterSpec& parameter : parameter_specs(spec)) {
    Random random(11, parameter.name);
    Tensor tensor{parameter.shape, std::vector<float>(element_count(parameter.shape))};
    for (float& value : tensor.values) value = 0.2F * random.normal();
    weights.emplace_back(parameter.name, std::move(tensor));
  }
  return weights;
}

void train_steps(Network& network, Sgd& optimizer, int steps) {
  for (int step = 0; step < steps; ++step) {
    Random random(2, "examples", static_cast<std::uint32_t>(step));
    for (float& value : network.input()) value = random.uniform();
    std::vector<std::int32_t> labels;
    for (int i = 0; i < network.batch(); ++i) labels.push_back(static_cast<std::int32_t>(random.below(5)));
    network.forward();
    softmax_cross_entropy(network.outputs(), labels, 5, network.output_gradients());
    network.backward();
    optimizer.step(0.05);
  }
}

bool same_values(const NamedTensors& a, const NamedTensors& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.shape == y.second.shape && x.second.values == y.second.values;
  });
}

class InEveryPrecision : public ::testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (!testing::has_precision(GetParam())) GTEST_SKIP() << "oneDNN has no bf16 here";
  }
};

TEST(NetworkPrecision, ThatIsMissingIsAnErrorThatSaysSo) {
  if (testing::has_precision(Precision::bf16)) GTEST_SKIP() << "oneDNN has bf16 here";
  try {
    const Network network(kSmall, {8, Precision::bf16, true});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("bf16"));
    EXPECT_THAT(error.hint(), ::testing::HasSubstr("f32"));
  }
  EXPECT_THROW(matrix_product_rate(Precision::bf16), Error);
}

TEST_P(InEveryPrecision, WeightsComeBackAsTheyWereSet) {
  Network network(kSmall, {8, GetParam(), true});
  const NamedTensors weights = random_weights(kSmall);
  network.set_weights(weights);
  EXPECT_TRUE(same_values(network.weights(), weights));
}

TEST_P(InEveryPrecision, OneWeightIsSetAndTheOthersStay) {
  Network network(kSmall, {8, GetParam(), true});
  NamedTensors weights = random_weights(kSmall);
  network.set_weights(weights);
  Tensor& changed = weights[2].second;
  std::fill(changed.values.begin(), changed.values.end(), 0.5F);
  network.set_weight(weights[2].first, changed);
  EXPECT_TRUE(same_values(network.weights(), weights));
  // The layouts that the passes read follow.
  Network whole(kSmall, {8, GetParam(), true});
  whole.set_weights(weights);
  for (Network* each : {&network, &whole}) {
    std::fill(each->input().begin(), each->input().end(), 0.25F);
    each->forward();
  }
  EXPECT_TRUE(std::ranges::equal(network.outputs(), whole.outputs()));
  EXPECT_THROW(network.set_weight("conv9.weight", changed), Error);
  EXPECT_THROW(network.set_weight("conv1.weight", changed), Error);
}

TEST_P(InEveryPrecision, ParametersHaveTheNamesOfTheWeights) {
  Network network(kSmall, {8, GetParam(), true});
  const NamedTensors weights = network.weights();
  const std::vector<Parameter> parameters = network.parameters();
  ASSERT_EQ(parameters.size(), weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(parameters[i].name, weights[i].first);
}

TEST_P(InEveryPrecision, TwoTrainingsGiveTheSameBits) {
  set_thread_count(1);
  const auto trained = [&] {
    Network network(kSmall, {8, GetParam(), true});
    network.set_weights(random_weights(kSmall));
    Sgd optimizer(network, {0.05, 0.9, true});
    train_steps(network, optimizer, 5);
    return network.weights();
  };
  EXPECT_TRUE(same_values(trained(), trained()));
}

TEST_P(InEveryPrecision, TrainingGoesOnFromSavedWeightsAndVelocitiesWithTheSameBits) {
  set_thread_count(1);
  Network whole(kSmall, {8, GetParam(), true});
  whole.set_weights(random_weights(kSmall));
  Sgd optimizer(whole, {0.05, 0.9, false});
  train_steps(whole, optimizer, 3);
  const NamedTensors weights = whole.weights(), velocities = optimizer.state();

  Network resumed(kSmall, {8, GetParam(), true});
  Sgd resumed_optimizer(resumed, {0.05, 0.9, false});
  resumed.set_weights(weights);
  resumed_optimizer.set_state(velocities);
  train_steps(whole, optimizer, 2);
  train_steps(resumed, resumed_optimizer, 2);
  EXPECT_TRUE(same_values(whole.weights(), resumed.weights()));
}

TEST_P(InEveryPrecision, AnInferenceNetworkComputesTheSameLogits) {
  Network training(kSmall, {8, GetParam(), true}), inference(kSmall, {8, GetParam(), false});
  training.set_weights(random_weights(kSmall));
  inference.set_weights(random_weights(kSmall));
  Random random(4, "input");
  for (float& value : training.input()) value = random.uniform();
  std::copy(training.input().begin(), training.input().end(), inference.input().begin());
  training.forward();
  inference.forward();
  for (std::size_t i = 0; i < training.outputs().size(); ++i) {
    EXPECT_NEAR(training.outputs()[i], inference.outputs()[i], 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, InEveryPrecision, ::testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& test) { return std::string(precision_name(test.param)); });

TEST(Network, CountsTheMemoryThatItHolds) {
  const auto bytes = [](int batch, bool training) {
    return Network(kSmall, {batch, Precision::f32, training}).memory_bytes();
  };
  std::size_t weights = 0;
  for (const ParameterSpec& parameter : parameter_specs(kSmall))
    weights += element_count(parameter.shape) * sizeof(float);
  // What is there at least: input, the largest activation, and every weight.
  EXPECT_GT(bytes(4, false), weights + 4 * (3 + 18) * 64 * sizeof(float));
  // Training: gradients of both besides. (What oneDNN works in may be less than for inference: version 3 chooses
  // others.)
  EXPECT_GT(bytes(4, true), 2 * weights + 4 * (3 + 2 * 18) * 64 * sizeof(float));
  EXPECT_GE(bytes(8, false) - bytes(4, false), 4 * (3 + 18) * 64 * sizeof(float));
}

TEST(Network, TooLittleMemoryIsAnErrorThatSaysSo) {
#ifdef ERSATZ_SANITIZED
  GTEST_SKIP() << "the sanitizer ends a process that asks for so much";
#endif
  // More than a process can address, so that no machine has it.
  const NetworkSpec large{{3, 1024, 1024}, {Flatten{}, Dense{"fc", 2}}};
  const NetworkOptions options{1 << 27, Precision::f32, false};
  EXPECT_GT(memory_bytes(large, options), std::size_t{1} << 47);
  try {
    const Network network(large, options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("not enough memory"));
    EXPECT_THAT(error.hint(), ::testing::HasSubstr("smaller batch"));
  }
}

TEST(Network, WeightsOfAnotherShapeAreAnErrorThatNamesBoth) {
  Network network(kSmall, {8, Precision::f32, false});
  NamedTensors weights = random_weights(kSmall);
  weights[0].second.shape = {18, 3, 9, 1};
  try {
    network.set_weights(weights);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                ::testing::AllOf(::testing::HasSubstr("conv1.weight"), ::testing::HasSubstr("18, 3, 9, 1"),
                                 ::testing::HasSubstr("18, 3, 3, 3")));
  }
}

TEST(Network, MissingWeightsAreAnError) {
  Network network(kSmall, {8, Precision::f32, false});
  NamedTensors weights = random_weights(kSmall);
  weights.pop_back();
  EXPECT_THROW(network.set_weights(weights), Error);
}

TEST(NetworkSpec, LayersThatDoNotFitAreAnError) {
  EXPECT_THROW(output_shapes({{3, 4, 4}, {MaxPool{5}}}), Error);
  EXPECT_THROW(output_shapes({{3, 4, 4}, {Conv2d{.name = "conv1", .out_channels = 8, .kernel = 2}}}), Error);
  EXPECT_THROW(output_shapes({{0, 4, 4}, {Flatten{}}}), Error);
  EXPECT_THROW(Network({{3, 4, 4}, {Flatten{}}}, {8, Precision::f32, true}), Error);
}

TEST(Loss, IsTheNegativeLogOfTheSoftmax) {
  const std::vector<float> logits{1, 2, 3, 0, 0, 0};
  const LossSum sum = softmax_cross_entropy(logits, std::vector<std::int32_t>{2, 1}, 3);
  EXPECT_NEAR(sum.loss, 0.40760596444 + std::log(3.0), 1e-9);
  EXPECT_EQ(sum.correct, 1U);  // equal logits: the lowest class is the prediction
}

TEST(Loss, StaysFiniteForLargeLogits) {
  const std::vector<float> logits{10000, -10000};
  std::vector<float> gradients(2), probabilities(2);
  const LossSum sum = softmax_cross_entropy(logits, std::vector<std::int32_t>{1}, 2, gradients);
  EXPECT_DOUBLE_EQ(sum.loss, 20000);
  softmax(logits, 2, probabilities);
  EXPECT_THAT(probabilities, ::testing::ElementsAre(1, 0));
  EXPECT_THAT(gradients, ::testing::ElementsAre(1, -1));
}

}  // namespace
}  // namespace ersatz::nn
