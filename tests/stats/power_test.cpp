#include "stats/power.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
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

// Stein's number where images do not matter: t^2 s^2 / d^2 with the t of the seeds that were measured.
TEST(SeedsForHalfWidth, AreSteins) {
  const double t4 = 2.7764451051977987;  // of 4 degrees of freedom, 95 %
  const double t2 = 4.302652729911275;
  EXPECT_EQ(seeds_for_half_width(seeds(0.3, 0.02, 5, 1'000'000'000), 0.01), std::ceil(t4 * t4 * 4));
  EXPECT_EQ(seeds_for_half_width(seeds(0.3, 0.02, 3, 1'000'000'000), 0.01), std::ceil(t2 * t2 * 4));
  EXPECT_EQ(seeds_for_half_width(seeds(0.3, 0.001, 5), 0.01), 5U) << "what is there is enough";
  EXPECT_EQ(least_half_width(seeds(0.3, 0.02, 5)), 0) << "images do not matter";
}

// Images that make an accuracy vary by .004 whatever the number of seeds.
CrossedEstimate with_images(double sd, double of_images, std::size_t n, std::size_t images) {
  CrossedEstimate of = seeds(0.1, sd, n, images);
  const double all = static_cast<double>(n * images);
  of.residual = 0.2;
  of.of_images = of.residual + all * of_images * of_images;
  of.of_seeds = of.residual + sd * sd * static_cast<double>(images);
  const double x = of.of_seeds + of.of_images - of.residual;
  of.standard_error = std::sqrt(x / all);
  of.df = x * x * static_cast<double>(n - 1) / (of.of_seeds * of.of_seeds);
  return of;
}

TEST(SeedsForHalfWidth, CannotMakeUpForTestImages) {
  const CrossedEstimate measured = with_images(0.01, 0.004, 4, 2000);
  const double least = least_half_width(measured);
  EXPECT_NEAR(least, 1.961 * 0.004, 1e-5);
  EXPECT_EQ(seeds_for_half_width(measured, 0.99 * least), std::nullopt);
  const auto enough = seeds_for_half_width(measured, 1.1 * least);
  ASSERT_TRUE(enough.has_value());
  EXPECT_GT(*enough, 4U);
  EXPECT_GT(*seeds_for_half_width(measured, 1.05 * least), *enough);
  EXPECT_GT(*seeds_for_half_width(measured, 1.1 * least, 0.96), *enough);
}

TEST(SeedsForHalfWidth, OfOneSeedAreUnknown) {
  CrossedEstimate one = seeds(0.1, 0, 1, 2000);
  one.of_images = 0.2;
  one.standard_error = 0.01;
  one.df = 1999;
  EXPECT_EQ(seeds_for_half_width(one, 0.5), std::nullopt);
  EXPECT_EQ(least_half_width(one), kInfinity);
  const CrossedEstimate never = seeds(0, 0, 5, 1000);  // nothing varies: Wilson's bound, .0038
  EXPECT_EQ(seeds_for_half_width(never, 0.004), 5U);
  EXPECT_EQ(seeds_for_half_width(never, 0.003), std::nullopt);
  EXPECT_NEAR(least_half_width(never), 0.003827, 1e-6);
  EXPECT_THROW(seeds_for_half_width(never, 0), Error);
  EXPECT_THROW(seeds_for_half_width(never, 0.01, 1), Error);
}

// What it promises, with other numbers: four seeds, then as many as it says; the mean of all is then within the wanted
// half width of the truth in 95 of 100 studies, and the interval of all is about as narrow as wanted.
TEST(SeedsForHalfWidth, AreEnoughInSimulatedStudies) {
  constexpr std::size_t kImages = 300, kStudies = 400;
  constexpr double kSeedSd = 0.02, kImageSd = 0.1, kNoise = 0.1, kWanted = 0.025;
  std::size_t within = 0, narrow = 0;
  for (std::size_t study = 0; study < kStudies; ++study) {
    Random random(study, "half width");
    const auto normal = [&] {  // Box and Muller
      const double u = 1 - static_cast<double>(random.uniform()), v = static_cast<double>(random.uniform());
      return std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
    };
    std::vector<double> image(kImages);
    for (double& one : image) one = kImageSd * normal();
    std::vector<std::vector<double>> runs;
    const auto measure = [&](std::size_t n) {
      while (runs.size() < n) {
        const double seed = kSeedSd * normal();
        std::vector<double>& run = runs.emplace_back(image);
        for (double& value : run) value += seed + kNoise * normal();
      }
      return Crossed(
                 1, n, kImages,
                 [&](std::size_t, std::size_t s, std::span<double> out) { std::ranges::copy(runs[s], out.begin()); })
          .cell(0);
    };
    const auto n = seeds_for_half_width(measure(4), kWanted);
    ASSERT_TRUE(n.has_value());
    const CrossedEstimate all = measure(*n);
    within += std::abs(all.mean) <= kWanted ? 1 : 0;
    narrow += all.half_width() <= kWanted ? 1 : 0;
  }
  EXPECT_GE(static_cast<double>(within) / kStudies, 0.93);
  EXPECT_GE(static_cast<double>(narrow) / kStudies, 0.9) << "four seeds know the spread roughly";
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
