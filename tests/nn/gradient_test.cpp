// Every layer's gradients against a double-precision reference, and that reference against finite
// differences of its own loss.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "nn/has_precision.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/reference_network.hpp"

namespace ersatz::nn::testing {
namespace {

struct Problem {
  std::string name;
  NetworkSpec spec;
  int batch = 6;
  double bf16_tolerance = 0.1;
};

void PrintTo(const Problem& problem, std::ostream* out) { *out << problem.name; }

// Sizes that fill no vector register and no pooling window evenly.
std::vector<Problem> problems() {
  return {
      {"dense", {{1, 5, 7}, {Flatten{}, Dense{"fc1", 4}}}},
      {"dense_relu", {{2, 3, 3}, {Flatten{}, Dense{"fc1", 19, true}, Dense{"fc2", 3}}}},
      {"conv1x1", {{3, 6, 5}, {Conv2d{.name = "conv1", .out_channels = 7, .kernel = 1}, Flatten{}, Dense{"fc1", 3}}}},
      {"conv3x3_relu",
       {{3, 8, 8},
        {Conv2d{.name = "conv1", .out_channels = 17, .kernel = 3, .relu = true}, Flatten{}, Dense{"fc1", 5}}}},
      {"conv5x5_relu",
       {{1, 9, 11},
        {Conv2d{.name = "conv1", .out_channels = 16, .kernel = 5, .relu = true}, Flatten{}, Dense{"fc1", 5}}}},
      {"pool",
       {{3, 9, 7}, {Conv2d{.name = "conv1", .out_channels = 5, .kernel = 3}, MaxPool{2}, Flatten{}, Dense{"fc1", 4}}}},
      {"pool3",
       {{2, 10, 11},
        {Conv2d{.name = "conv1", .out_channels = 33, .kernel = 3, .relu = true}, MaxPool{3}, Flatten{},
         Dense{"fc1", 4}}}},
      {"average_pool",
       {{3, 6, 5},
        {Conv2d{.name = "conv1", .out_channels = 18, .kernel = 3, .relu = true}, GlobalAveragePool{},
         Dense{"fc1", 4}}}},
      {"two_convs",
       {{3, 12, 12},
        {Conv2d{.name = "conv1", .out_channels = 20, .kernel = 3, .relu = true}, MaxPool{2},
         Conv2d{.name = "conv2", .out_channels = 50, .kernel = 5, .relu = true}, MaxPool{2}, Flatten{},
         Dense{"fc1", 24, true}, Dense{"fc2", 10}}}},
      // Whole blocks of 16 channels, where loops of our own take part; an odd number of images and of rows.
      {"blocks",
       {{3, 9, 10},
        {Conv2d{.name = "conv1", .out_channels = 16, .kernel = 3, .relu = true},
         Conv2d{.name = "conv2", .out_channels = 48, .kernel = 5, .relu = true}, MaxPool{2},
         Conv2d{.name = "conv3", .out_channels = 50, .kernel = 3, .relu = true}, MaxPool{2}, Flatten{},
         Dense{"fc1", 10}}},
       5},
      // 4x4 images under a 5x5 kernel, for which oneDNN has no loops in blocks of channels on AVX2.
      {"smaller_than_the_kernel",
       {{3, 8, 8},
        {Conv2d{.name = "conv1", .out_channels = 32, .kernel = 5, .relu = true}, MaxPool{2},
         Conv2d{.name = "conv2", .out_channels = 50, .kernel = 5, .relu = true}, Flatten{}, Dense{"fc1", 5}}}},
      {"conv2x2_no_padding",
       {{3, 7, 6},
        {Conv2d{.name = "conv1", .out_channels = 24, .kernel = 2, .padding = Padding::none}, Flatten{},
         Dense{"fc1", 4}}}},
      {"conv3x3_no_bias",
       {{3, 7, 6},
        {Conv2d{.name = "conv1", .out_channels = 20, .kernel = 3, .bias = false}, Flatten{},
         Dense{"fc1", 4, false, false}}}},
      {"blocks_no_bias",
       {{3, 7, 6},
        {Conv2d{.name = "conv1", .out_channels = 16, .kernel = 3, .padding = Padding::none, .bias = false},
         Conv2d{.name = "conv2", .out_channels = 32, .kernel = 3, .bias = false}, Flatten{},
         Dense{"fc1", 4, false, false}}}},
      {"gelu",
       {{3, 7, 6}, {Conv2d{.name = "conv1", .out_channels = 20, .kernel = 3}, Gelu{}, Flatten{}, Dense{"fc1", 4}}}},
      {"scale_and_global_max_pool",
       {{3, 7, 6},
        {Conv2d{.name = "conv1", .out_channels = 20, .kernel = 3}, GlobalMaxPool{}, Flatten{}, Dense{"fc1", 4},
         Scale{1.0 / 9}}}},
      {"two_logits",
       {{3, 7, 6},
        {Conv2d{.name = "conv1", .out_channels = 20, .kernel = 3, .relu = true}, MaxPool{2}, Flatten{},
         Dense{"fc1", 9, true}, Dense{"fc2", 1}, TwoLogits{}}}},
      {"batch_norm",
       {{3, 7, 6},
        {Conv2d{.name = "conv1", .out_channels = 20, .kernel = 3, .relu = true}, BatchNorm{"norm1"}, Flatten{},
         Dense{"fc1", 4}}}},
      {"batch_norm_gelu",
       {{3, 9, 9},
        {Conv2d{.name = "conv1", .out_channels = 20, .kernel = 3, .bias = false}, MaxPool{2},
         BatchNorm{.name = "norm1", .momentum = 0.4, .epsilon = 1e-12, .gelu = true}, Flatten{}, Dense{"fc1", 4}}}},
      {"small_convnet",
       {{3, 12, 12},
        {Conv2d{.name = "whiten", .out_channels = 24, .kernel = 2, .padding = Padding::none, .frozen = true}, Gelu{},
         Conv2d{.name = "conv1", .out_channels = 16, .kernel = 3, .bias = false}, MaxPool{2},
         BatchNorm{.name = "norm1", .momentum = 0.4, .epsilon = 1e-12, .gelu = true},
         Conv2d{.name = "conv2", .out_channels = 16, .kernel = 3, .bias = false},
         BatchNorm{.name = "norm2", .momentum = 0.4, .epsilon = 1e-12, .gelu = true}, GlobalMaxPool{}, Flatten{},
         Dense{"fc", 10, false, false}, Scale{1.0 / 9}}},
       6,
       0.35},  // three choices of maxima in a row
  };
}

NamedTensors random_weights(const NetworkSpec& spec) {
  NamedTensors weights;
  for (const ParameterSpec& parameter : parameter_specs(spec)) {
    Random random(3, parameter.name);
    Tensor tensor{parameter.shape, std::vector<float>(element_count(parameter.shape))};
    const float scale = parameter.fan_in > 0 ? std::sqrt(2.0F / static_cast<float>(parameter.fan_in)) : 0.1F;
    for (float& value : tensor.values) value = scale * random.normal();
    weights.emplace_back(parameter.name, std::move(tensor));
  }
  return weights;
}

struct Batch {
  std::vector<float> input;
  std::vector<std::int32_t> labels;
};

Batch random_batch(const NetworkSpec& spec, int n) {
  Random random(5, "batch");
  Batch batch{std::vector<float>(static_cast<std::size_t>(n) * spec.input.size()), {}};
  for (float& value : batch.input) value = random.uniform();
  const auto classes = static_cast<std::uint32_t>(output_shapes(spec).back().channels);
  for (int i = 0; i < n; ++i) batch.labels.push_back(static_cast<std::int32_t>(random.below(classes)));
  return batch;
}

struct Pass {
  double loss = 0;
  std::vector<float> logits;
  NamedTensors gradients;
  std::vector<float> input_gradients;
};

// One forward and backward pass of `n` examples through a network compiled for `batch`.
Pass run_network(const Problem& problem, Precision precision, int batch, const Batch& examples) {
  Network network(problem.spec, {batch, precision, true, true});
  network.set_weights(random_weights(problem.spec));
  std::fill(network.input().begin(), network.input().end(), 0.5F);
  std::copy(examples.input.begin(), examples.input.end(), network.input().begin());
  network.forward();
  const LossSum sum =
      softmax_cross_entropy(network.outputs(), examples.labels, network.output_size(), network.output_gradients());
  network.backward();
  const auto used = examples.labels.size() * static_cast<std::size_t>(network.output_size());
  return {sum.loss / static_cast<double>(examples.labels.size()),
          {network.outputs().begin(), network.outputs().begin() + static_cast<std::ptrdiff_t>(used)},
          network.gradients(),
          {network.input_gradients().begin(), network.input_gradients().end()}};
}

// Largest difference over the largest reference value.
template <typename A, typename B>
double relative_difference(const A& values, const B& reference) {
  EXPECT_EQ(values.size(), reference.size());
  double difference = 0, scale = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    difference = std::max(difference, std::abs(static_cast<double>(values[i]) - reference[i]));
    scale = std::max(scale, std::abs(static_cast<double>(reference[i])));
  }
  return difference / scale;
}

// Euclidean distance over the reference's norm.
double relative_distance(const std::vector<float>& values, const std::vector<float>& reference) {
  double distance = 0, norm = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    distance += std::pow(static_cast<double>(values[i]) - reference[i], 2);
    norm += std::pow(static_cast<double>(reference[i]), 2);
  }
  return std::sqrt(distance / norm);
}

class Gradients : public ::testing::TestWithParam<Problem> {};

TEST_P(Gradients, OfTheReferenceAreItsFiniteDifferences) {
  const Problem& problem = GetParam();
  const Batch batch = random_batch(problem.spec, problem.batch);
  ReferenceNetwork reference(problem.spec, random_weights(problem.spec));
  reference.loss(batch.input, batch.labels);
  const auto gradients = reference.gradients();
  constexpr double kStep = 1e-6;
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    const std::size_t stride = std::max<std::size_t>(1, gradients[p].size() / 7);
    for (std::size_t i = 0; i < gradients[p].size(); i += stride) {
      double& value = reference.parameters()[p][i];
      const double before = value;
      value = before + kStep;
      const double above = reference.loss(batch.input, batch.labels);
      value = before - kStep;
      const double below = reference.loss(batch.input, batch.labels);
      value = before;
      EXPECT_NEAR((above - below) / (2 * kStep), gradients[p][i], 1e-6) << "parameter " << p << " element " << i;
    }
  }
}

TEST_P(Gradients, InF32AreTheReferences) {
  const Problem& problem = GetParam();
  const Batch batch = random_batch(problem.spec, problem.batch);
  ReferenceNetwork reference(problem.spec, random_weights(problem.spec));
  const double loss = reference.loss(batch.input, batch.labels);
  const auto gradients = reference.gradients();
  const Pass pass = run_network(problem, Precision::f32, problem.batch, batch);
  EXPECT_NEAR(pass.loss, loss, 1e-5 * loss);
  EXPECT_LT(relative_difference(pass.logits, reference.logits()), 1e-5);
  const std::vector<ParameterSpec> parameters = parameter_specs(problem.spec);
  std::size_t next = 0;
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    if (!parameters[p].trained) continue;
    const auto& [name, gradient] = pass.gradients.at(next++);
    EXPECT_EQ(name, parameters[p].name);
    EXPECT_LT(relative_difference(gradient.values, gradients[p]), 1e-4) << name;
  }
  EXPECT_EQ(next, pass.gradients.size());  // nothing else has one
  EXPECT_LT(relative_difference(pass.input_gradients, reference.input_gradients()), 1e-4);
}

TEST_P(Gradients, DoNotDependOnWhetherTheInputsAreWanted) {
  const Problem& problem = GetParam();
  const Batch batch = random_batch(problem.spec, problem.batch);
  const Pass pass = run_network(problem, Precision::f32, problem.batch, batch);
  Network network(problem.spec, {problem.batch, Precision::f32, true});
  network.set_weights(random_weights(problem.spec));
  std::ranges::copy(batch.input, network.input().begin());
  network.forward();
  softmax_cross_entropy(network.outputs(), batch.labels, network.output_size(), network.output_gradients());
  network.backward();
  const NamedTensors gradients = network.gradients();
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    EXPECT_LT(relative_difference(pass.gradients[p].second.values, gradients[p].second.values), 1e-5);
  }
}

TEST(InputGradients, OfTheReferenceAreItsFiniteDifferences) {
  for (const Problem& problem : problems()) {
    SCOPED_TRACE(problem.name);
    Batch batch = random_batch(problem.spec, problem.batch);
    ReferenceNetwork reference(problem.spec, random_weights(problem.spec));
    reference.loss(batch.input, batch.labels);
    const auto gradients = reference.input_gradients();
    constexpr float kStep = 1.0F / 65536;
    for (std::size_t i = 0; i < gradients.size(); i += std::max<std::size_t>(1, gradients.size() / 7)) {
      const float before = batch.input[i], up = before + kStep, down = before - kStep;
      batch.input[i] = up;
      const double above = reference.loss(batch.input, batch.labels);
      batch.input[i] = down;
      const double below = reference.loss(batch.input, batch.labels);
      batch.input[i] = before;
      EXPECT_NEAR((above - below) / (static_cast<double>(up) - down), gradients[i], 1e-5) << "value " << i;
    }
  }
}

// bf16 has 8 bits of mantissa, and a rounded activation may change sides at a ReLU or in a pooling
// window: single elements differ more than the tensor as a whole.
TEST_P(Gradients, InBf16AreCloseToF32) {
  if (!has_precision(Precision::bf16)) GTEST_SKIP() << "oneDNN has no bf16 here";
  const Problem& problem = GetParam();
  constexpr int kManyExamples = 64;  // so that one such change does not count for much
  const Batch batch = random_batch(problem.spec, kManyExamples);
  const Pass exact = run_network(problem, Precision::f32, kManyExamples, batch);
  const Pass pass = run_network(problem, Precision::bf16, kManyExamples, batch);
  EXPECT_LT(relative_difference(pass.logits, exact.logits), 0.03);
  for (std::size_t p = 0; p < pass.gradients.size(); ++p) {
    const std::string& name = pass.gradients[p].first;
    EXPECT_LT(relative_distance(pass.gradients[p].second.values, exact.gradients[p].second.values),
              problem.bf16_tolerance)
        << name;
  }
}

TEST_P(Gradients, OfASmallerLastBatchAreThoseOfItsOwnImages) {
  const Problem& problem = GetParam();
  if (has_batch_norm(problem.spec)) GTEST_SKIP() << "batch normalisation takes whole batches only";
  const Batch batch = random_batch(problem.spec, 4);
  const Pass padded = run_network(problem, Precision::f32, 6, batch);
  const Pass exact = run_network(problem, Precision::f32, 4, batch);
  EXPECT_NEAR(padded.loss, exact.loss, 1e-6);
  for (std::size_t p = 0; p < exact.gradients.size(); ++p) {
    EXPECT_LT(relative_difference(padded.gradients[p].second.values, exact.gradients[p].second.values), 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(Layers, Gradients, ::testing::ValuesIn(problems()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace ersatz::nn::testing
