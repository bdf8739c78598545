#include "stats/t_test.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Summary differences(const Numbers& first, const Numbers& second) {
  Numbers result(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) result[i] = first[i] - second[i];
  return summarise(result);
}

void expect_equal(const TTest& ours, const Json& theirs) {
  const double t = theirs.at("t"), p = theirs.at("p"), df = theirs.at("df");
  EXPECT_NEAR(ours.t, t, 1e-9 * std::abs(t));
  EXPECT_NEAR(ours.p, p, 1e-8 * p);
  EXPECT_NEAR(ours.df, df, 1e-9 * df);
  EXPECT_NEAR(ours.interval.low, theirs.at("interval")[0].get<double>(), 1e-10);
  EXPECT_NEAR(ours.interval.high, theirs.at("interval")[1].get<double>(), 1e-10);
}

TEST(TTest, EqualsScipyAndStatsmodels) {
  for (const Json& one : fixtures("t_test")) {
    SCOPED_TRACE(one.dump());
    const auto first = one.at("first").get<Numbers>(), second = one.at("second").get<Numbers>();
    expect_equal(paired_t_test(differences(first, second), 0.9), one.at("paired"));
  }
}

// The ten patients of Student (1908), as R's manual of t.test prints them: t = -4.0621, p = 0.002833.
TEST(TTest, GivesStudentsSleepingPatients) {
  const Json& sleep = fixtures("t_test")[0];
  const auto one = sleep.at("first").get<Numbers>(), two = sleep.at("second").get<Numbers>();
  const TTest paired = paired_t_test(differences(one, two));
  EXPECT_NEAR(paired.difference, -1.58, 1e-12);
  EXPECT_NEAR(paired.t, -4.0621, 5e-5);
  EXPECT_EQ(paired.df, 9);
  EXPECT_NEAR(paired.p, 0.002833, 5e-7);
}

TEST(TTest, RejectsExactlyWhenTheIntervalLeavesOutZero) {
  for (double mean = 0.1; mean < 3; mean += 0.1) {
    const TTest test = paired_t_test({6, mean, 1.3, 0, 0});
    EXPECT_EQ(test.p<0.05, test.interval.low> 0) << mean;
  }
}

TEST(TTest, SaysNothingOfOneSeed) {
  for (const TTest& test : {paired_t_test({1, 0.3, 0, 0.3, 0.3}), paired_t_test({})}) {
    EXPECT_EQ(test.p, 1);
    EXPECT_EQ(test.interval.low, -kInfinity);
    EXPECT_EQ(test.interval.high, kInfinity);
  }
}

TEST(TTest, OfDifferencesAllAlikeIsCertain) {
  EXPECT_EQ(paired_t_test({3, 0, 0, 0, 0}).p, 1);
  EXPECT_EQ(paired_t_test({3, -0.25, 0, -0.25, -0.25}).p, 0);
  EXPECT_EQ(paired_t_test({3, -0.25, 0, -0.25, -0.25}).t, -kInfinity);
}

TEST(TTest, RefusesWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(paired_t_test(summarise(Numbers{0.1, nan})), Error);
  EXPECT_THROW(paired_t_test({3, 1, 1, 0, 0}, 1.0), Error);
}

TEST(Power, EqualsStatsmodels) {
  for (const Json& one : fixtures("power").at("power")) {
    EXPECT_NEAR(t_test_power(one.at("effect"), 1, one.at("n"), one.at("significance")), one.at("power").get<double>(),
                1e-8)  // Boost 1.74 keeps nine digits
        << one.dump();
  }
  for (const Json& one : fixtures("power").at("detectable")) {
    const double effect = one.at("effect");
    EXPECT_NEAR(minimum_detectable_effect(one.at("n"), one.at("sd"), one.at("power"), one.at("significance")), effect,
                1e-7 * effect)
        << one.dump();
  }
  for (const Json& one : fixtures("power").at("needed")) {
    EXPECT_EQ(seeds_needed(one.at("effect"), 1, one.at("power"), one.at("significance")), one.at("n")) << one.dump();
  }
}

// G*Power's guide, "Generic t test" (F. Faul and others, Behavior Research Methods 39, 2007): N = 25, d = -0.25 give
// 0.224525 there. (Quadrature gives 0.2245240.)
TEST(Power, IsGPowers) { EXPECT_NEAR(t_test_power(-1, 4, 25), 0.224525, 1.5e-6); }

// Simulated seeds, tested as paired_t_test tests them: independent of any noncentral t distribution.
TEST(Power, IsHowOftenTheTestFindsTheEffect) {
  constexpr int kStudies = 20'000;
  int found = 0;
  for (int study = 0; study < kStudies; ++study) {
    Random random(11, "studies", 0, static_cast<std::uint64_t>(study));
    Numbers seeds(4);
    for (double& value : seeds) value = 1.5 + static_cast<double>(random.normal());
    found += paired_t_test(summarise(seeds)).p <= 0.05;
  }
  const double power = t_test_power(1.5, 1, 4);
  EXPECT_NEAR(found / double{kStudies}, power, 4 * std::sqrt(power * (1 - power) / kStudies));
}

TEST(Power, IsReachedAtTheDetectableEffectAndTheSeedsNeeded) {
  for (const std::size_t n : {2U, 3U, 5U, 17U, 1000U, 100'000U}) {
    for (const double power : {0.1, 0.5, 0.8, 0.999}) {
      const double effect = minimum_detectable_effect(n, 0.01, power);
      EXPECT_NEAR(t_test_power(effect, 0.01, n), power, 1e-9) << n;
      EXPECT_EQ(seeds_needed(effect * (1 + 1e-9), 0.01, power), n);
      EXPECT_EQ(seeds_needed(-effect * (1 + 1e-9), 0.01, power), n);
    }
  }
}

TEST(Power, ShrinksToTheLevelWithoutAnEffect) {
  EXPECT_EQ(t_test_power(0, 1, 5, 0.01), 0.01);
  EXPECT_NEAR(t_test_power(1e-9, 1, 5, 0.01), 0.01, 1e-10);
  EXPECT_EQ(t_test_power(5, 1, 1), 0);
  EXPECT_EQ(t_test_power(1e-9, 0, 2), 1);
}

TEST(Power, IsOneForEffectsFarBeyondTheSpread) {
  for (const double effect : {1e3, 1e5, 1e17, 1e300}) {
    EXPECT_NEAR(t_test_power(effect, 1, 2), 1, 1e-9) << effect;
    EXPECT_NEAR(t_test_power(effect, 1e-300, 7), 1, 1e-9) << effect;
  }
  // Where the noncentral t distribution gives way to its limit nothing jumps.
  const double end = 1e4 / std::sqrt(2.0);
  EXPECT_NEAR(t_test_power(end * 0.99999999, 1, 2, 1e-5), t_test_power(end * 1.00000001, 1, 2, 1e-5), 1e-7);
}

TEST(MinimumDetectableEffect, IsInfiniteForOneSeedAndGrowsWithSpread) {
  EXPECT_EQ(minimum_detectable_effect(0, 1), kInfinity);
  EXPECT_EQ(minimum_detectable_effect(1, 1), kInfinity);
  EXPECT_EQ(minimum_detectable_effect(5, 0), 0);
  EXPECT_DOUBLE_EQ(minimum_detectable_effect(5, 3), 3 * minimum_detectable_effect(5, 1));
  EXPECT_LT(minimum_detectable_effect(6, 1), minimum_detectable_effect(5, 1));
}

TEST(SeedsNeeded, AreNeverFewerThanTwoAndNotAlwaysFound) {
  EXPECT_EQ(seeds_needed(1, 0), 2U);
  EXPECT_EQ(seeds_needed(1e9, 1), 2U);
  EXPECT_EQ(seeds_needed(0, 1), std::nullopt);
  EXPECT_EQ(seeds_needed(1e-6, 1), std::nullopt);
}

TEST(MinimumDetectableEffect, RefusesImpossibleDesigns) {
  EXPECT_THROW(minimum_detectable_effect(5, -1), Error);
  EXPECT_THROW(minimum_detectable_effect(5, std::numeric_limits<double>::quiet_NaN()), Error);
  EXPECT_THROW(minimum_detectable_effect(5, 1, 0.05, 0.05), Error);
  EXPECT_THROW(minimum_detectable_effect(5, 1, 1.0), Error);
  EXPECT_THROW(seeds_needed(1, 1, 0.8, 0), Error);
  EXPECT_THROW(t_test_power(kInfinity, 1, 5), Error);
}

}  // namespace
}  // namespace ersatz::stats
