#include "analysis/learning_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "stats/crossed_fixture.hpp"

namespace ersatz::analysis {
namespace {

using stats::fixtures;
using testing::DoubleNear;
using testing::ElementsAre;

const std::vector<double> kImages{100, 1000, 10000};

TEST(LearningCurve, IsAWeightedMeanOfItsPoints) {
  const LearningCurve line(kImages, {.3, .5, .7});
  EXPECT_THAT(line.weights_at(100), ElementsAre(1, 0, 0));
  EXPECT_THAT(line.weights_at(1000), ElementsAre(0, 1, 0));
  EXPECT_THAT(line.weights_at(std::pow(10, 2.25)), ElementsAre(DoubleNear(.75, 1e-12), DoubleNear(.25, 1e-12), 0));
  EXPECT_THAT(line.weights_at(5), ElementsAre(1, 0, 0)) << "nothing is known below";
  EXPECT_THAT(line.weights_at(1e6), ElementsAre(0, 0, 1));
}

// .5 and .4 become .45 both: each point of the level stretch has half of either.
TEST(LearningCurve, SharesWhatWasMadeMonotone) {
  const LearningCurve line(kImages, {.5, .4, .7});
  EXPECT_THAT(line.weights_at(100), ElementsAre(.5, .5, 0));
  EXPECT_THAT(line.weights_at(1000), ElementsAre(.5, .5, 0));
  const auto between = line.weights_at(std::sqrt(1e7));
  EXPECT_THAT(between, ElementsAre(DoubleNear(.25, 1e-12), DoubleNear(.25, 1e-12), DoubleNear(.5, 1e-12)));
}

// Where a test of the accuracy against the curve turns, found by other software.
TEST(LearningCurve, IntervalsAreWhereATestTurns) {
  for (const Json& one : fixtures("curve")) {
    const stats::Crossed runs = stats::crossed_of(one);
    const LearningCurve line(one.at("points").get<std::vector<double>>(),
                             {runs.cell(0).mean, runs.cell(1).mean, runs.cell(2).mean});
    const double best = one.at("best");
    EXPECT_NEAR(line.images_for(runs.cell(3).mean), best, 1e-9 * best);
    const stats::Interval interval = images_interval(line, runs, {0, 1, 2}, 3);
    const Json& ends = one.at("ends");
    if (ends[0].is_null()) {
      EXPECT_EQ(interval.low, 0);
    } else {
      EXPECT_NEAR(interval.low, ends[0].get<double>(), 1e-6 * best);
    }
    if (ends[1].is_null()) {
      EXPECT_TRUE(std::isinf(interval.high));
    } else {
      EXPECT_NEAR(interval.high, ends[1].get<double>(), 1e-6 * best);
    }
  }
}

// Cells that are right on every k-th image: two seeds that differ little.
stats::Crossed right_on(const std::vector<int>& out_of_ten) {
  return stats::Crossed(out_of_ten.size(), 2, 1000, [&](std::size_t c, std::size_t s, std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<int>((7 * i + 3 * s) % 10) < out_of_ten[c] ? 1 : 0;
    }
  });
}

TEST(LearningCurve, BeyondItsEndsOnlyThatIsKnown) {
  const LearningCurve line(kImages, {.3, .5, .7});
  const stats::Interval below = images_interval(line, right_on({3, 5, 7, 1}), {0, 1, 2}, 3);
  EXPECT_EQ(below.low, 0);
  EXPECT_EQ(below.high, 0) << "worse than the first point, for sure";
  const stats::Interval beyond = images_interval(line, right_on({3, 5, 7, 9}), {0, 1, 2}, 3);
  EXPECT_TRUE(std::isinf(beyond.low));
  EXPECT_TRUE(std::isinf(beyond.high));
  const stats::Interval first = images_interval(line, right_on({3, 5, 7, 3}), {0, 1, 2}, 3);
  EXPECT_EQ(first.low, 0) << "it may lie below";
  EXPECT_GT(first.high, 100);
  EXPECT_LT(first.high, 1000);
}

// On a level stretch nothing tells one number of images from another.
TEST(LearningCurve, OfALevelStretchTheIntervalIsAllOfIt) {
  const LearningCurve line(kImages, {.3, .5, .5});
  const stats::Interval interval = images_interval(line, right_on({3, 5, 5, 5}), {0, 1, 2}, 3);
  EXPECT_LT(interval.low, 1000);
  EXPECT_TRUE(std::isinf(interval.high));
}

}  // namespace
}  // namespace ersatz::analysis
