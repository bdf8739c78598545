#include "analysis/seed_plan.hpp"

#include <gtest/gtest.h>

#include "analysis/fake_table.hpp"
#include "analysis/main_contrasts.hpp"
#include "base/error.hpp"
#include "stats/power.hpp"

namespace ersatz::analysis {
namespace {

std::vector<stats::CrossedEstimate> measured(std::uint64_t seeds) {
  FakeTable fake(1000);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    fake.add_mixture(100, 0, seed, 0.5);
    fake.add_mixture(100, 500, seed, seed % 2 == 0 ? 0.55 : 0.65);  // what a seed does to it
    fake.add_mixture(100, 900, seed, 0.6);
  }
  return main_contrasts(fake.table(), "REAL");
}

TEST(SeedPlan, IsOfTheMiddleAndTheLargest) {
  const auto contrasts = measured(4);
  ASSERT_EQ(contrasts.size(), 2U);
  const auto plan = seed_plan(contrasts, 0.04);
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->comparisons, 2U);
  EXPECT_EQ(plan->seeds, 4U);
  EXPECT_EQ(plan->test_images, 1000U);
  EXPECT_EQ(plan->most, stats::seeds_for_half_width(contrasts[0], 0.04));
  EXPECT_GT(*plan->most, *stats::seeds_for_half_width(contrasts[1], 0.04)) << "whose seeds differ by chance alone";
  EXPECT_EQ(plan->middle, plan->most) << "the upper one of two";
  EXPECT_EQ(plan->never, 0U);
  EXPECT_EQ(plan->test_images_needed, 1000U);
}

TEST(SeedPlan, SaysWhereTestImagesAreTooFew) {
  std::vector<stats::CrossedEstimate> contrasts = measured(4);
  stats::CrossedEstimate& one = contrasts[1];
  one.residual = 0.1;
  one.of_images = 0.1 + 4 * 1000 * 0.01 * 0.01;  // .01 of standard error whatever the seeds
  one.standard_error = 0.02;
  one.df = 100;
  const double least = stats::least_half_width(one);
  const auto plan = seed_plan(contrasts, least / 2);
  ASSERT_TRUE(plan.has_value());
  EXPECT_FALSE(plan->most);
  EXPECT_GE(plan->never, 1U);
  EXPECT_GE(plan->least, least);
  EXPECT_GE(plan->test_images_needed, 4000U) << "half the width takes four times as many";
}

TEST(SeedPlan, KnowsNothingOfOneSeed) {
  EXPECT_FALSE(seed_plan(measured(1), 0.01));
  EXPECT_FALSE(seed_plan({}, 0.01));
  EXPECT_THROW(seed_plan(measured(2), 0), Error);
}

}  // namespace
}  // namespace ersatz::analysis
