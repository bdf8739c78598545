#include "stats/interval.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

// scipy.stats.t.interval(0.95, 4, loc=mean, scale=sd / sqrt(5)), SciPy 1.10; two values by t(1) = tan(.475 pi).
TEST(TInterval, IsStudents) {
  const Interval five = t_interval(summarise(std::vector<double>{.62, .65, .57, .64, .66}));
  EXPECT_NEAR(five.low, .628 - 2.7764451051977934 * .015937377450509, 1e-12);
  EXPECT_NEAR(five.high, .628 + 2.7764451051977934 * .015937377450509, 1e-12);
  const Interval two = t_interval(summarise(std::vector<double>{1, 3}));
  EXPECT_NEAR(two.high - two.low, 2 * 12.706204736174698, 1e-9);
  EXPECT_EQ(t_interval(summarise(std::vector<double>{1})).high, std::numeric_limits<double>::infinity());
}

// Expected values: scipy.stats.binomtest(k, n).proportion_ci(level, method="wilson"), SciPy 1.10.
TEST(WilsonInterval, EqualsScipy) {
  const struct {
    std::uint64_t k, n;
    double level, low, high;
  } cases[] = {{431, 1000, 0.95, 0.400628443767, 0.461899648904},
               {0, 10, 0.95, 0.0, 0.277532799863},
               {10, 10, 0.95, 0.722467200137, 1.0},
               {3720, 10000, 0.95, 0.362577584906, 0.381520718677},
               {1, 3, 0.99, 0.040426629296, 0.855783984952}};
  for (const auto& one : cases) {
    const Interval interval = wilson_interval(one.k, one.n, one.level);
    EXPECT_NEAR(interval.low, one.low, 1e-11) << one.k << " of " << one.n;
    EXPECT_NEAR(interval.high, one.high, 1e-11) << one.k << " of " << one.n;
  }
}

TEST(WilsonInterval, HoldsTheShareAndNeverLeavesZeroToOne) {
  for (std::uint64_t k = 0; k <= 37; ++k) {
    const Interval interval = wilson_interval(k, 37);
    const double share = static_cast<double>(k) / 37;
    EXPECT_GE(interval.low, 0);
    EXPECT_LE(interval.high, 1);
    EXPECT_LE(interval.low, share);
    EXPECT_GE(interval.high, share);
  }
}

TEST(WilsonInterval, OfNothingSaysNothing) {
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
}

TEST(WilsonInterval, RejectsImpossibleInput) {
  EXPECT_THROW(wilson_interval(2, 1), Error);
  EXPECT_THROW(wilson_interval(1, 2, 1.0), Error);
  EXPECT_THROW(wilson_interval(1, 2, 0.0), Error);
}

// Expected values: numpy.std(ddof=1).
TEST(Summary, EqualsNumpy) {
  const Summary summary = summarise(std::vector{.61, .63, .66, .59, .64});
  EXPECT_EQ(summary.n, 5U);
  EXPECT_NEAR(summary.mean, 0.626, 1e-14);
  EXPECT_NEAR(summary.sd, 0.027018512172212617, 1e-14);
  EXPECT_EQ(summary.min, .59);
  EXPECT_EQ(summary.max, .66);
}

TEST(Summary, OfOneValueHasNoSpread) {
  EXPECT_EQ(summarise(std::vector{.5}).mean, .5);
  EXPECT_EQ(summarise(std::vector{.5}).sd, 0);
  EXPECT_EQ(summarise({}).n, 0U);
}

TEST(Within, CutsWhatIsNotPossible) {
  EXPECT_EQ(within({-3.3, 4.3}, kShares).low, 0);
  EXPECT_EQ(within({-3.3, 4.3}, kShares).high, 1);
  EXPECT_EQ(within({-3.3, 4.3}, kDifferences).low, -1);
  EXPECT_EQ(within({-.4, .3}, kShares).low, 0);
  EXPECT_EQ(within({-.4, .3}, kShares).high, .3);
  EXPECT_EQ(within({-.4, .3}, kDifferences).low, -.4);
  EXPECT_EQ(within({.2, 1.4}, kShares).low, .2);
  EXPECT_EQ(within({.2, 1.4}, kShares).high, 1);
}

TEST(Within, LeavesAnIntervalWithoutEndsAsItIs) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Interval none = within({-kInfinity, kInfinity}, kShares);
  EXPECT_TRUE(std::isinf(none.low));
  EXPECT_TRUE(std::isinf(none.high));
}

}  // namespace
}  // namespace ersatz::stats
