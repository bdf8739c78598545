#include "stats/classification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"

namespace ersatz::stats {
namespace {

using testing::ElementsAre;

struct Labels {
  std::vector<std::int32_t> truth, predicted;
};

Labels random_labels(std::size_t n, std::uint32_t classes, std::uint64_t seed) {
  Random random(seed, "labels");
  Labels labels;
  for (std::size_t i = 0; i < n; ++i) {
    labels.truth.push_back(static_cast<std::int32_t>(random.below(classes)));
    const bool right = random.below(3) > 0;
    labels.predicted.push_back(right ? labels.truth.back() : static_cast<std::int32_t>(random.below(classes)));
  }
  return labels;
}

TEST(Argmax, TakesTheLowestOfEqualColumns) {
  const Matrix probabilities{3, 3, {0.2F, 0.4F, 0.4F, 0.5F, 0.5F, 0.0F, 0.1F, 0.2F, 0.7F}};
  EXPECT_THAT(argmax_rows(probabilities), ElementsAre(1, 0, 2));
}

TEST(Argmax, IgnoresNaN) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(argmax_rows({3, 3, {nan, 0.1F, 0.9F, 0.3F, nan, 0.2F, nan, nan, nan}}), ElementsAre(2, 0, 0));
}

TEST(ConfusionMatrix, HasTruthInRowsAndPredictionsInColumns) {
  const std::vector<std::int32_t> truth{0, 0, 1, 2, 2, 2}, predicted{0, 1, 1, 0, 2, 2};
  const Confusion confusion = confusion_matrix(truth, predicted, 3);
  EXPECT_THAT(confusion.counts, ElementsAre(1, 1, 0, 0, 1, 0, 1, 0, 2));
  EXPECT_EQ(confusion.total(), 6U);
  EXPECT_EQ(confusion.correct(), 4U);
  EXPECT_THAT(confusion.normalised_row(0), ElementsAre(0.5, 0.5, 0.0));
}

TEST(ConfusionMatrix, RejectsUnequalListsAndUnknownLabels) {
  const std::vector<std::int32_t> two{0, 1}, one{0}, outside{0, 3}, negative{-1, 0};
  EXPECT_THROW(confusion_matrix(two, one, 3), Error);
  EXPECT_THROW(confusion_matrix(two, outside, 3), Error);
  EXPECT_THROW(confusion_matrix(negative, two, 3), Error);
}

TEST(Scores, AreTheirDefinitions) {
  const Labels labels = random_labels(2000, 7, 3);
  const auto scores = classification_scores(confusion_matrix(labels.truth, labels.predicted, 7));
  double macro_f1 = 0, weighted_f1 = 0;
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.truth.size(); ++i) right += labels.truth[i] == labels.predicted[i];
  for (std::int32_t c = 0; c < 7; ++c) {
    double both = 0, called = 0, support = 0;
    for (std::size_t i = 0; i < labels.truth.size(); ++i) {
      both += labels.truth[i] == c && labels.predicted[i] == c;
      called += labels.predicted[i] == c;
      support += labels.truth[i] == c;
    }
    const ClassScores& one = scores.classes[static_cast<std::size_t>(c)];
    EXPECT_DOUBLE_EQ(one.precision, both / called);
    EXPECT_DOUBLE_EQ(one.recall, both / support);
    EXPECT_DOUBLE_EQ(one.f1, 2 * both / (called + support));
    EXPECT_EQ(static_cast<double>(one.support), support);
    macro_f1 += one.f1 / 7;
    weighted_f1 += one.f1 * support / 2000;
  }
  EXPECT_DOUBLE_EQ(scores.accuracy, static_cast<double>(right) / 2000);
  EXPECT_NEAR(scores.macro.f1, macro_f1, 1e-12);
  EXPECT_NEAR(scores.weighted.f1, weighted_f1, 1e-12);
  EXPECT_NEAR(scores.weighted.recall, scores.accuracy, 1e-12);
}

TEST(Scores, OfPerfectPredictionsAreOne) {
  const Labels labels = random_labels(100, 4, 5);
  const auto scores = classification_scores(confusion_matrix(labels.truth, labels.truth, 4));
  EXPECT_EQ(scores.accuracy, 1.0);
  EXPECT_EQ(scores.macro.f1, 1.0);
  EXPECT_EQ(scores.weighted.precision, 1.0);
}

TEST(Scores, CountARatioWithoutDenominatorAsZero) {
  // Class 1 is never predicted, class 2 never occurs, class 3 neither.
  const std::vector<std::int32_t> truth{0, 1, 0, 1}, predicted{0, 2, 0, 0};
  const auto scores = classification_scores(confusion_matrix(truth, predicted, 4));
  EXPECT_EQ(scores.classes[1].precision, 0);
  EXPECT_EQ(scores.classes[2].recall, 0);
  EXPECT_EQ(scores.classes[3].f1, 0);
  EXPECT_DOUBLE_EQ(scores.macro.recall, 0.25);  // all four classes count
  EXPECT_EQ(classification_scores({4, std::vector<std::uint64_t>(16)}).weighted.f1, 0);
}

TEST(PairwiseSum, AddsEverythingOnceAtEveryLength) {
  for (const std::size_t n : {0U, 1U, 7U, 8U, 9U, 15U, 16U, 127U, 128U, 129U, 1000U, 1001U}) {
    std::vector<double> values(n);
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i + 1);  // sums of integers are exact
    EXPECT_EQ(pairwise_sum(values), static_cast<double>(n * (n + 1)) / 2) << n;
  }
}

}  // namespace
}  // namespace ersatz::stats
