#include "analysis/advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fake_table.hpp"
#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

study::Recipe recipe(const std::string& name) { return {name, "REAL", 100, {}, {}, {}}; }

std::vector<Trial> trials() {
  return {{"with-02", 400, {2, 0.6}},
          {"without-01", 100, {2, 0.55}},
          {"with-02", 100, {2, 0.5}},
          {"with-00", 400, {2, 0.4}},
          {"with-01", 400, {2, 0.3}}};
}

TEST(Advice, TheBestOfAListGoOn) {
  const std::vector<study::Recipe> with{recipe("with-00"), recipe("with-01"), recipe("with-02")};
  EXPECT_THAT(best_recipes(trials(), with, 2),
              ElementsAre(Field(&study::Recipe::name, "with-02"), Field(&study::Recipe::name, "with-00")));
  const Chosen best = best_of(trials(), {recipe("without-01")});
  EXPECT_EQ(best.steps, 100);
  EXPECT_EQ(best.validation.mean, 0.55);
  EXPECT_THROW(best_of(trials(), {recipe("without-09")}), Error);
}

TEST(Advice, SaysNoMoreThanTheInterval) {
  PairedDifference gain;
  gain.interval = {0.001, 0.02};
  EXPECT_EQ(verdict(gain), Advice::Verdict::use);
  gain.interval = {-0.02, -0.001};
  EXPECT_EQ(verdict(gain), Advice::Verdict::harm);
  gain.interval = {-0.004, 0.009};
  EXPECT_EQ(verdict(gain), Advice::Verdict::too_little);
  gain.interval = {-0.004, 0.011};
  EXPECT_EQ(verdict(gain), Advice::Verdict::open);
}

// Without: .3, .5 and .7 of the test images right at 100, 1,000 and 10,000 photographs. With, at 1,000: .6.
class MakeAdvice : public ::testing::Test {
 protected:
  MakeAdvice() {
    plan_.space = {"REAL", 1000, {{"FAKE", 5000}}};
    plan_.classifier = "lenet";
    plan_.test_seeds = 3;
    plan_.points = {100, 10'000};
    with_.recipe = {"with-03", "REAL", 1000, {{"FAKE", 5000}}, GeneratedUse::agreement, {}};
    without_.recipe = {"without-01", "REAL", 1000, {}, {}, {}};
    for (const std::uint64_t seed : study::test_seeds(plan_)) {
      add(of_with_, "with-03", seed, 0.6);
      add(of_with_, "with-03-random", seed, 0.55);
      add(of_without_, "without-01", seed, 0.5);
      add(of_without_, point_name(100), seed, 0.3);
      add(of_without_, point_name(10'000), seed, 0.7);
    }
  }
  static void add(FakeTable& table, const std::string& name, std::uint64_t seed, double right) {
    table.add("lenet", {name, {{"REAL", images(1000)}}}, seed, right);
  }

  using GeneratedUse = study::GeneratedUse;
  study::SearchPlan plan_;
  Chosen with_, without_;
  FakeTable of_with_{8000}, of_without_{8000};
};

TEST_F(MakeAdvice, ComparesWithAndWithout) {
  const Advice advice = make_advice(plan_, with_, without_, of_with_.table(), of_without_.table());
  EXPECT_EQ(advice.verdict, Advice::Verdict::use);
  EXPECT_EQ(advice.seeds, 3U);
  EXPECT_EQ(advice.test_images, 8000U);
  EXPECT_NEAR(advice.accuracy.mean, 0.6, 0.02);
  EXPECT_NEAR(advice.accuracy_without.mean, 0.5, 0.02);
  EXPECT_NEAR(advice.gain.difference.mean, 0.1, 0.02);
  EXPECT_GT(advice.gain.interval.low, 0.05);
  ASSERT_TRUE(advice.over_random);
  EXPECT_NEAR(advice.over_random->difference.mean, 0.05, 0.02);
  // Half the way from .5 to .7, in the logarithm: 1,000 times the root of ten.
  ASSERT_TRUE(advice.worth);
  EXPECT_NEAR(advice.worth->images, 3162, 500);
  EXPECT_LT(advice.worth->interval.low, 3162);
  EXPECT_GT(advice.worth->interval.high, 3162);
  EXPECT_EQ(advice.worth->fewest, 100);
  EXPECT_EQ(advice.worth->most, 10'000);
  ASSERT_EQ(advice.classes.size(), 2U);
  EXPECT_GT(advice.classes[0].f1.estimate.mean, 0.05) << "with minus without";
}

TEST_F(MakeAdvice, WithoutPhotographsItIsAgainstTheUsualTraining) {
  plan_.space.photographs = 0;
  plan_.points.clear();
  for (const std::uint64_t seed : study::test_seeds(plan_)) add(of_with_, kUsual, seed, 0.4);
  const Advice advice = make_advice(plan_, with_, {}, of_with_.table(), of_with_.table());
  EXPECT_NEAR(advice.gain.difference.mean, 0.2, 0.02);
  EXPECT_FALSE(advice.worth);
  EXPECT_FALSE(advice.without);
}

TEST_F(MakeAdvice, AMissingRunIsNamed) {
  FakeTable fewer{8000};
  for (const std::uint64_t seed : {101, 102}) add(fewer, "with-03", seed, 0.6);
  try {
    make_advice(plan_, with_, without_, fewer.table(), of_without_.table());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("with-03 with seed 103 is missing"));
  }
}

}  // namespace
}  // namespace ersatz::analysis
