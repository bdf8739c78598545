#include "analysis/advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ersatz::analysis
