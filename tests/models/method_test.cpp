#include "models/method.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ersatz::models {
namespace {

TEST(Method, TheUsualRateDecaysContinuously) {
  const Method method;
  EXPECT_DOUBLE_EQ(method.rate(0, 1), 0.01);
  EXPECT_DOUBLE_EQ(method.rate(5000, 1), 0.01 * std::sqrt(0.9));
  EXPECT_DOUBLE_EQ(method.rate(20000, 1), 0.01 * 0.81);
}

TEST(Method, ATriangleRisesAndFallsOverAllSteps) {
  Method method;
  method.schedule = Triangle{0.2, 0.25, 0.1};
  EXPECT_DOUBLE_EQ(method.rate(0, 100), 0.002);
  EXPECT_DOUBLE_EQ(method.rate(25, 100), 0.01);
  EXPECT_DOUBLE_EQ(method.rate(100, 100), 0.001);
}

TEST(Method, ACooldownIsConstantAndThenFallsToZero) {
  Method method;
  method.schedule = Cooldown{0.2};
  EXPECT_EQ(constant_steps(Cooldown{0.2}, 100), 80);
  EXPECT_EQ(constant_steps(Cooldown{0.29}, 100), 71) << "0.29 * 100 is 28.999... in binary";
  for (const int step : {0, 79, 80}) EXPECT_EQ(method.rate(step, 100), 0.01) << step;
  EXPECT_DOUBLE_EQ(method.rate(85, 100), 0.0075);
  EXPECT_DOUBLE_EQ(method.rate(99, 100), 0.0005) << "0 is behind the last step";
  method.schedule = Cooldown{1};
  EXPECT_DOUBLE_EQ(method.rate(25, 100), 0.0075);
  EXPECT_EQ(constant_steps(Cooldown{0.2}, 4), 4) << "too few steps for it to begin";
}

TEST(Method, AnEpochIsOnePassAndARoundOfAStepBudgetATenth) {
  Method method;
  method.batching = {16, false};
  method.budget = EpochBudget{3, 2};
  EXPECT_EQ(method.steps_per_epoch(100), 7);
  EXPECT_EQ(method.rounds(), 3);
  EXPECT_EQ(method.round_end(2, 100), 14);
  EXPECT_EQ(method.total_steps(100), 21);
  EXPECT_DOUBLE_EQ(method.images_per_round(100), 100);
  EXPECT_FALSE(method.step_budget());
  method.batching.drops_smaller_last = true;
  EXPECT_EQ(method.steps_per_epoch(100), 6);
  EXPECT_EQ(method.steps_per_epoch(10), 1) << "fewer images than a batch";

  method.budget = StepBudget{23};
  EXPECT_EQ(method.rounds(), 10);
  EXPECT_EQ(method.round_end(5, 100), 11);
  EXPECT_EQ(method.total_steps(100), 23);
  EXPECT_DOUBLE_EQ(method.images_per_round(100), 2.3 * 16);
  method.budget = StepBudget{4};
  EXPECT_EQ(method.rounds(), 4) << "no round is empty";
}

}  // namespace
}  // namespace ersatz::models
