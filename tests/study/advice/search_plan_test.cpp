#include "study/advice/search_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SearchPlan plan() {
  SearchPlan plan;
  plan.space = {"REAL", 2000, {{"FAKE", 50'000}}};
  plan.classifier = "lenet";
  plan.steps = 100;
  plan.points = {1000, 4000, 8000};
  return plan;
}

TEST(SearchPlan, HalvesByQuarters) {
  const SearchPlan p = plan();
  EXPECT_EQ(search_stage(p, 1).kept, 16U);
  EXPECT_EQ(search_stage(p, 2).kept, 4U);
  EXPECT_EQ(search_stage(p, 3).kept, 2U);
  EXPECT_THAT(search_stage(p, 1).steps, ElementsAre(100));
  EXPECT_THAT(search_stage(p, 2).steps, ElementsAre(400));
  EXPECT_THAT(search_stage(p, 3).steps, ElementsAre(400, 1600));
  SearchPlan few = p;
  few.candidates = 2;
  for (std::size_t number = 1; number <= kSearches; ++number) EXPECT_EQ(search_stage(few, number).kept, 2U);
}

TEST(SearchPlan, TestSeedsAreFresh) {
  for (std::size_t number = 1; number <= kSearches; ++number) {
    for (const std::uint64_t seed : search_stage(plan(), number).seeds) {
      EXPECT_EQ(std::ranges::count(test_seeds(plan()), seed), 0);
    }
  }
  EXPECT_EQ(test_seeds(plan()).size(), 5U);
}

TEST(SearchPlan, CostsWhatItsRunsCost) {
  // 2 x 16 runs of 1 s, 2 x 4 of 4 s, 2 x 2 x 2 of 4 and of 16 s, 5 x (2 + 3) of 16 s.
  const SearchCost cost = search_cost(plan());
  EXPECT_EQ(cost.runs, 32U + 8 + 16 + 25);
  EXPECT_DOUBLE_EQ(cost.steps, 32 + 32 + 8 * 20 + 25 * 16);
}

TEST(SearchPlan, StepsFillTheTime) {
  const SearchPlan p = plan();
  const SearchCost cost = search_cost(p);
  const std::int64_t s = steps_for(p, 600, 0.02, 0.5, 2, 64);
  const double used = (cost.steps * static_cast<double>(s) * 0.02 + static_cast<double>(cost.runs) * 0.5) / 2;
  EXPECT_LE(used, 600);
  EXPECT_GT(used, 590);
  EXPECT_EQ(steps_for(p, 1e9, 0.02, 0.5, 2, 64), 1562) << "100,000 images";
  EXPECT_EQ(steps_for(p, 10, 0.02, 0.5, 2, 64), 0) << "less than the runs' start alone";
  EXPECT_EQ(least_steps(64), 16);
  EXPECT_EQ(least_steps(1024), 1);
}

TEST(SearchPlan, PointsLieAroundThePhotographs) {
  EXPECT_THAT(curve_points(2000, 50'000), ElementsAre(1000, 4000, 8000));
  EXPECT_THAT(curve_points(2000, 5000), ElementsAre(1000, 4000, 5000));
  EXPECT_THAT(curve_points(2000, 2000), ElementsAre(1000));
  EXPECT_THAT(curve_points(40'000, 50'000), ElementsAre(20'000, 50'000));
  EXPECT_THAT(curve_points(0, 50'000), IsEmpty());
}

TEST(SearchPlan, IsReadBack) {
  SearchPlan p = plan();
  p.space.own_method = true;
  p.seed = 7;
  EXPECT_EQ(search_plan_from_json(to_json(p)), p);
  SearchPlan other = p;
  other.space.photographs = 500;
  EXPECT_FALSE(other == p);
  Json value = to_json(p);
  value.erase("steps");
  EXPECT_THROW(search_plan_from_json(value), Json::exception);
}

}  // namespace
}  // namespace ersatz::study
