#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "nn/loss.hpp"

namespace ersatz::nn {
namespace {

constexpr int kClasses = 5;
constexpr std::size_t kExamples = 7;

/// Random logits with a row more than there are examples.
struct Example {
  Example() {
    Random random(1, "weighted loss");
    for (float& value : logits) value = random.uniform(-3, 3);
    for (std::size_t i = 0; i < kExamples; ++i) labels.push_back(static_cast<std::int32_t>(random.below(kClasses)));
  }
  std::vector<float> logits = std::vector<float>((kExamples + 1) * kClasses);
  std::vector<std::int32_t> labels;
  std::vector<float> gradients = std::vector<float>((kExamples + 1) * kClasses, 9);

  LossSum loss(double smoothing, std::span<const float> weights) {
    return softmax_cross_entropy(logits, labels, kClasses, gradients, smoothing, weights);
  }
};

// By the definition, in doubles: sum w l / sum w.
double mean_loss(const Example& of, const std::vector<float>& weights, double smoothing) {
  double sum = 0, together = 0;
  for (std::size_t i = 0; i < kExamples; ++i) {
    double total = 0, loss = 0;
    for (int c = 0; c < kClasses; ++c) total += std::exp(double{of.logits[i * kClasses + c]});
    for (int c = 0; c < kClasses; ++c) {
      const double target = (c == of.labels[i] ? 1 - smoothing : 0) + smoothing / kClasses;
      loss -= target * (of.logits[i * kClasses + c] - std::log(total));
    }
    sum += weights[i] * loss;
    together += weights[i];
  }
  return sum / together;
}

TEST(WeightedLoss, IsTheWeightedMean) {
  const std::vector<float> weights{1, 0.3F, 0, 2, 0.3F, 1, 5};
  for (const double smoothing : {0.0, 0.2}) {
    Example example;
    EXPECT_NEAR(example.loss(smoothing, weights).loss / kExamples, mean_loss(example, weights, smoothing), 1e-9);
  }
}

TEST(WeightedLoss, ItsGradientIsThatOfTheMean) {
  const std::vector<float> weights{1, 0.3F, 0, 2, 0.3F, 1, 5};
  for (const double smoothing : {0.0, 0.2}) {
    Example example;
    example.loss(smoothing, weights);
    for (std::size_t at = 0; at < kExamples * kClasses; ++at) {
      constexpr float kStep = 1.0F / 128;
      Example up = example, down = example;
      up.logits[at] += kStep;
      down.logits[at] -= kStep;
      const double slope =
          (mean_loss(up, weights, smoothing) - mean_loss(down, weights, smoothing)) / (2 * double{kStep});
      EXPECT_NEAR(example.gradients[at], slope, 1e-5) << "logit " << at;
    }
    for (int c = 0; c < kClasses; ++c) EXPECT_EQ(example.gradients[kExamples * kClasses + c], 0);
  }
}

TEST(WeightedLoss, OfOnesIsThatWithoutWeightsBitForBit) {
  const std::vector<float> ones(kExamples, 1);
  for (const double smoothing : {0.0, 0.2}) {
    Example with, without;
    const LossSum a = with.loss(smoothing, ones), b = without.loss(smoothing, {});
    EXPECT_EQ(a.loss, b.loss);
    EXPECT_EQ(a.correct, b.correct);
    EXPECT_EQ(with.gradients, without.gradients);
  }
}

TEST(WeightedLoss, AFactorOfAllChangesNothing) {
  Example one, four;
  const LossSum a = one.loss(0, std::vector<float>{1, 2, 0, 1, 1, 1, 1});
  const LossSum b = four.loss(0, std::vector<float>{4, 8, 0, 4, 4, 4, 4});
  EXPECT_DOUBLE_EQ(a.loss, b.loss);
  EXPECT_THAT(one.gradients, ::testing::Pointwise(::testing::FloatEq(), four.gradients));
}

// The mean over the others, and nothing to learn from it.
TEST(WeightedLoss, AnExampleOfWeightZeroCountsForNothing) {
  Example example;
  example.loss(0, std::vector<float>{1, 1, 0, 1, 1, 1, 1});
  for (int c = 0; c < kClasses; ++c) EXPECT_EQ(example.gradients[2 * kClasses + c], 0);
  EXPECT_NE(example.gradients[0], 0);
}

TEST(WeightedLoss, OfNothingIsNothing) {
  Example example;
  const LossSum sum = example.loss(0.2, std::vector<float>(kExamples, 0));
  EXPECT_EQ(sum.loss, 0);
  EXPECT_THAT(example.gradients, ::testing::Each(0));
}

// Of 7 examples and 5 classes.
std::vector<float> random_targets() {
  Random random(2, "targets");
  std::vector<float> targets(kExamples * kClasses);
  for (std::size_t i = 0; i < kExamples; ++i) {
    float sum = 0;
    for (int c = 0; c < kClasses; ++c) sum += targets[i * kClasses + c] = random.uniform(0, 1);
    for (int c = 0; c < kClasses; ++c) targets[i * kClasses + c] /= sum;
  }
  return targets;
}

// By the definition: - sum w t' log softmax / sum w, where t' is the smoothed target.
TEST(SoftLoss, IsTheCrossEntropyWithTheTargets) {
  const std::vector<float> weights{1, 0.3F, 0, 2, 0.3F, 1, 5}, targets = random_targets();
  for (const double smoothing : {0.0, 0.2}) {
    Example example;
    const auto loss = [&] {
      return softmax_cross_entropy(example.logits, example.labels, kClasses, example.gradients, smoothing, weights,
                                   targets)
                 .loss /
             kExamples;
    };
    double expected = 0, together = 0;
    for (std::size_t i = 0; i < kExamples; ++i) {
      double total = 0;
      for (int c = 0; c < kClasses; ++c) total += std::exp(double{example.logits[i * kClasses + c]});
      for (int c = 0; c < kClasses; ++c) {
        const double target = (1 - smoothing) * targets[i * kClasses + c] + smoothing / kClasses;
        expected -= weights[i] * target * (example.logits[i * kClasses + c] - std::log(total));
      }
      together += weights[i];
    }
    EXPECT_NEAR(loss(), expected / together, 1e-6);
    const std::vector<float> gradients = example.gradients;
    for (std::size_t at = 0; at < kExamples * kClasses; ++at) {
      const float step = 1e-2F, before = example.logits[at];
      example.logits[at] = before + step;
      const double up = loss();
      example.logits[at] = before - step;
      const double down = loss();
      example.logits[at] = before;
      EXPECT_NEAR(gradients[at], (up - down) / (2 * step), 1e-4);
    }
    for (int c = 0; c < kClasses; ++c) EXPECT_EQ(gradients[kExamples * kClasses + static_cast<std::size_t>(c)], 0);
  }
}

TEST(SoftLoss, OfOneHotTargetsIsThatOfLabels) {
  Example hard, soft;
  std::vector<float> targets(kExamples * kClasses, 0);
  for (std::size_t i = 0; i < kExamples; ++i) targets[i * kClasses + static_cast<std::size_t>(hard.labels[i])] = 1;
  const LossSum expected = hard.loss(0.1, {});
  const LossSum found = softmax_cross_entropy(soft.logits, soft.labels, kClasses, soft.gradients, 0.1, {}, targets);
  EXPECT_NEAR(found.loss, expected.loss, 1e-9);
  EXPECT_EQ(found.correct, expected.correct);
  for (std::size_t i = 0; i < hard.gradients.size(); ++i) EXPECT_NEAR(soft.gradients[i], hard.gradients[i], 1e-7);
}

}  // namespace
}  // namespace ersatz::nn
