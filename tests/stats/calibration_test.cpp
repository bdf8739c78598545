#include "stats/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

const Matrix kProbabilities{4, 2, {.88F, .12F, .78F, .22F, .35F, .65F, .05F, .95F}};
const std::vector<std::int32_t> kTruth{0, 1, 1, 1};

// scikit-learn 1.2: log_loss([0, 1, 1, 1], float32 probabilities).
TEST(NegativeLogLikelihood, IsScikitLearnsLogLoss) {
  const double expected = -(std::log(.88) + std::log(.22) + std::log(.65) + std::log(.95)) / 4;
  EXPECT_NEAR(negative_log_likelihood(kProbabilities, kTruth), expected, 1e-7);
  EXPECT_NEAR(negative_log_likelihood({1, 2, {1, 0}}, std::vector<std::int32_t>{1}), 23 * std::log(2.), 1e-12)
      << "a probability of 0 does not make it infinite";
}

// scikit-learn 1.2: brier_score_loss([0, 1, 1, 1], [.12, .22, .65, .95]) is .18695, of one class; of both it is twice
// that.
TEST(BrierScore, IsTheSquaredDistanceFromTheTrueClass) {
  EXPECT_NEAR(brier_score(kProbabilities, kTruth), 2 * .18695, 1e-7);
  EXPECT_EQ(brier_score({1, 3, {0, 1, 0}}, std::vector<std::int32_t>{1}), 0);
  EXPECT_EQ(brier_score({1, 3, {0, 1, 0}}, std::vector<std::int32_t>{2}), 2);
}

TEST(TopKAccuracy, CountsWhereTheTrueClassIsAmongTheFirst) {
  const Matrix three{3, 3, {.5F, .3F, .2F, .2F, .3F, .5F, .4F, .4F, .2F}};
  const std::vector<std::int32_t> truth{1, 0, 1};
  EXPECT_EQ(top_k_accuracy(three, truth, 1), 0) << "of two equal classes the lower one is the first";
  EXPECT_NEAR(top_k_accuracy(three, truth, 2), 2. / 3, 1e-15);
  EXPECT_EQ(top_k_accuracy(three, truth, 3), 1);
  EXPECT_EQ(top_k_accuracy(kProbabilities, kTruth, 1), .75) << "the accuracy";
  EXPECT_THROW(top_k_accuracy(three, truth, 0), Error);
}

// By hand: bins of a tenth. .65 is right, .35 off; .78 is wrong, .78 off; .88 and .95 are right, .12 and .05 off.
TEST(ExpectedCalibrationError, IsTheMeanGapOfSurenessAndAccuracy) {
  EXPECT_NEAR(expected_calibration_error(kProbabilities, kTruth, 10), (.35 + .78 + .12 + .05) / 4, 1e-7);
  EXPECT_NEAR(expected_calibration_error(kProbabilities, kTruth, 1), std::abs(3 - (.88 + .78 + .65 + .95)) / 4, 1e-7);
}

TEST(ExpectedCalibrationError, IsZeroWhereSurenessIsAccuracy) {
  const Matrix half{2, 2, {.5F, .5F, .5F, .5F}};
  EXPECT_EQ(expected_calibration_error(half, std::vector<std::int32_t>{0, 1}), 0);
}

TEST(Calibration, OfDivergedRunsAndOfNothingIsNotANumber) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Matrix diverged{1, 2, {nan, nan}};
  using Rows = const Matrix&;
  using Labels = std::span<const std::int32_t>;
  for (const auto measure :
       {negative_log_likelihood, brier_score, +[](Rows m, Labels t) { return expected_calibration_error(m, t); },
        +[](Rows m, Labels t) { return top_k_accuracy(m, t, 2); }}) {
    EXPECT_TRUE(std::isnan(measure(diverged, std::vector<std::int32_t>{0})));
    EXPECT_TRUE(std::isnan(measure({0, 2, {}}, {})));
    EXPECT_THROW(measure(kProbabilities, std::vector<std::int32_t>{0}), Error);
    EXPECT_THROW(measure(kProbabilities, std::vector<std::int32_t>{0, 1, 2, 0}), Error);
  }
}

}  // namespace
}  // namespace ersatz::stats
