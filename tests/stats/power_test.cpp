#include "stats/power.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// n seeds whose differences have standard deviation `sd`, where images do not matter: what a t test over seeds is of.
CrossedEstimate seeds(double mean, double sd, std::size_t n, std::size_t images = 1'000'000) {
  CrossedEstimate of;
  of.seeds = n;
  of.images = images;
  of.mean = mean;
  of.of_seeds = sd * sd * static_cast<double>(images);
  of.standard_error = sd / std::sqrt(static_cast<double>(n));
  of.df = static_cast<double>(n) - 1;
  return of;
}

double power_of(double effect, double sd, std::size_t n, double significance = 0.05) {
  const CrossedEstimate design = seeds(effect, sd, n);
  return t_test_power(effect, design.standard_error, design.df, significance);
}

TEST(Power, EqualsStatsmodels) {
  for (const Json& one : fixtures("power").at("power")) {
    EXPECT_NEAR(power_of(one.at("effect"), 1, one.at("n"), one.at("significance")), one.at("power").get<double>(),
                1e-8)  // Boost 1.74 keeps nine digits
        << one.dump();
  }
  for (const Json& one : fixtures("power").at("detectable")) {
    const double effect = one.at("effect");
    EXPECT_NEAR(detectable_effect(seeds(0, one.at("sd"), one.at("n")), one.at("power"), one.at("significance")), effect,
                1e-7 * effect)
        << one.dump();
  }
  for (const Json& one : fixtures("power").at("needed")) {
    EXPECT_EQ(seeds_needed(seeds(one.at("effect"), 1, 5), one.at("power"), one.at("significance")), one.at("n"))
        << one.dump();
  }
}

// G*Power's guide, "Generic t test" (F. Faul and others, Behavior Research Methods 39, 2007): N = 25, d = -0.25 give
// 0.224525 there. (Quadrature gives 0.2245240.)
TEST(Power, IsGPowers) { EXPECT_NEAR(power_of(-1, 4, 25), 0.224525, 1.5e-6); }

TEST(Power, IsReachedAtTheDetectableEffectAndTheSeedsNeeded) {
  for (const std::size_t n : {2U, 3U, 5U, 17U, 1000U}) {
    for (const double power : {0.1, 0.5, 0.8, 0.999}) {
      const double effect = detectable_effect(seeds(0, 0.01, n), power);
      EXPECT_NEAR(power_of(effect, 0.01, n), power, 1e-9) << n;
      EXPECT_EQ(seeds_needed(seeds(effect * (1 + 1e-9), 0.01, n), power), n);
      EXPECT_EQ(seeds_needed(seeds(-effect * (1 + 1e-9), 0.01, n), power), n);
    }
  }
}

// A family of 16 asks for more: the effect that .05 / 16 finds is larger, and takes more seeds.
TEST(Power, OfAFamilyIsLess) {
  const CrossedEstimate measured = seeds(0.01, 0.01, 5);
  EXPECT_GT(detectable_effect(measured, 0.8, 0.05 / 16), 1.5 * detectable_effect(measured));
  EXPECT_GT(*seeds_needed(measured, 0.8, 0.05 / 16), *seeds_needed(measured));
}

TEST(Power, ShrinksToTheLevelWithoutAnEffect) {
  EXPECT_EQ(power_of(0, 1, 5, 0.01), 0.01);
  EXPECT_NEAR(power_of(1e-9, 1, 5, 0.01), 0.01, 1e-10);
}

TEST(Power, IsOneForEffectsFarBeyondTheSpread) {
  for (const double effect : {1e3, 1e5, 1e17, 1e300}) {
    EXPECT_NEAR(power_of(effect, 1, 2), 1, 1e-9) << effect;
    EXPECT_NEAR(power_of(effect, 1e-300, 7), 1, 1e-9) << effect;
  }
  // Where the noncentral t distribution gives way to its limit nothing jumps.
  const double end = 1e4 / std::sqrt(2.0);
  EXPECT_NEAR(power_of(end * 0.99999999, 1, 2, 1e-5), power_of(end * 1.00000001, 1, 2, 1e-5), 1e-7);
}

TEST(DetectableEffect, IsInfiniteForOneSeedAndGrowsWithSpread) {
  EXPECT_EQ(detectable_effect(seeds(0, 1, 1)), kInfinity);
  EXPECT_DOUBLE_EQ(detectable_effect(seeds(0, 3, 5)), 3 * detectable_effect(seeds(0, 1, 5)));
  EXPECT_LT(detectable_effect(seeds(0, 1, 6)), detectable_effect(seeds(0, 1, 5)));
  EXPECT_NEAR(detectable_effect(seeds(0, 0, 5, 100)), seeds(0, 0, 5, 100).half_width(), 1e-12) << "nothing varies";
}

TEST(SeedsNeeded, AreNeverFewerThanTwoAndNotAlwaysFound) {
  EXPECT_EQ(seeds_needed(seeds(1e9, 1, 5)), 2U);
  EXPECT_EQ(seeds_needed(seeds(0, 1, 5)), std::nullopt);
  EXPECT_EQ(seeds_needed(seeds(1e-6, 1, 5)), std::nullopt);
  EXPECT_EQ(seeds_needed(seeds(1, 1, 1)), std::nullopt) << "one seed tells nothing of their spread";
}

// Test images vary by .01 whatever the number of seeds: .005 is not found by any.
TEST(SeedsNeeded, CannotMakeUpForTestImages) {
  CrossedEstimate few = seeds(0.005, 0.001, 5, 2000);
  few.of_images = 1 + 5 * 2000 * 0.01 * 0.01;
  few.residual = 1;
  few.of_seeds = 1.5;
  few.standard_error = std::sqrt((few.of_seeds + few.of_images - 1) / 10'000);
  EXPECT_EQ(seeds_needed(few), std::nullopt);
  few.mean = 0.05;
  EXPECT_TRUE(seeds_needed(few).has_value());
}

TEST(DetectableEffect, RefusesImpossibleDesigns) {
  EXPECT_THROW(detectable_effect(-1, 4), Error);
  EXPECT_THROW(detectable_effect(1, 0), Error);
  EXPECT_THROW(detectable_effect(1, 4, 0.05, 0.05), Error);
  EXPECT_THROW(detectable_effect(1, 4, 1.0), Error);
  EXPECT_THROW(seeds_needed(seeds(1, 1, 5), 0.8, 0), Error);
  EXPECT_THROW(t_test_power(kInfinity, 1, 5), Error);
}

}  // namespace
}  // namespace ersatz::stats
