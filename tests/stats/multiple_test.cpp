#include "stats/multiple.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

TEST(Holm, EqualsStatsmodels) {
  for (const Json& one : fixtures("holm")) {
    const auto theirs = one.at("adjusted").get<Numbers>();
    const Numbers ours = holm(one.at("p").get<Numbers>());
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-14) << one.dump();
  }
}

TEST(Holm, KeepsTheOrderOfTheTests) {
  const Numbers adjusted = holm(Numbers{0.01, 0.04, 0.03, 0.005});
  EXPECT_DOUBLE_EQ(adjusted[0], 0.03);
  EXPECT_DOUBLE_EQ(adjusted[1], 0.06);  // not 0.04: no test is rejected before a smaller p was
  EXPECT_DOUBLE_EQ(adjusted[2], 0.06);
  EXPECT_DOUBLE_EQ(adjusted[3], 0.02);
  EXPECT_TRUE(holm({}).empty());
}

TEST(Holm, LiesBetweenNoCorrectionAndBonferronis) {
  Random random(4, "p-values");
  Numbers p(30);
  for (double& value : p) value = static_cast<double>(random.uniform()) / 10;
  const Numbers adjusted = holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_GE(adjusted[i], p[i]);
    EXPECT_LE(adjusted[i], std::min(1.0, 30 * p[i]));
    for (std::size_t j = 0; j < p.size(); ++j) {
      if (p[i] < p[j]) {
        EXPECT_LE(adjusted[i], adjusted[j]);
      }
    }
  }
}

// Uniform p-values are what true null hypotheses give. Unadjusted, one of 20 falls below 0.05 in 64 % of families.
TEST(Holm, RejectsATrueHypothesisInAtMostFiveFamiliesOfAHundred) {
  int families = 0, unadjusted = 0;
  for (std::uint32_t family = 0; family < 4000; ++family) {
    Random random(5, "families", family);
    Numbers p(20);
    for (double& value : p) value = static_cast<double>(random.uniform());
    const Numbers adjusted = holm(p);
    families += *std::min_element(adjusted.begin(), adjusted.end()) <= 0.05;
    unadjusted += *std::min_element(p.begin(), p.end()) <= 0.05;
  }
  EXPECT_LT(families, 4000 * 0.05 + 4 * std::sqrt(4000 * 0.05 * 0.95));
  EXPECT_GT(families, 4000 * 0.05 - 4 * std::sqrt(4000 * 0.05 * 0.95));
  EXPECT_GT(unadjusted, 2000);
}

TEST(Holm, RefusesWhatIsNoPValue) {
  EXPECT_THROW(holm(Numbers{0.1, std::numeric_limits<double>::quiet_NaN()}), Error);
  EXPECT_THROW(holm(Numbers{-0.1}), Error);
  EXPECT_THROW(holm(Numbers{1.1}), Error);
}

TEST(SimultaneousLevel, SharesTheErrorOut) {
  EXPECT_DOUBLE_EQ(simultaneous_level(1), .95);
  EXPECT_DOUBLE_EQ(simultaneous_level(16), 1 - .05 / 16);
  EXPECT_DOUBLE_EQ(simultaneous_level(10, .9), .99);
  EXPECT_DOUBLE_EQ(simultaneous_level(0), .95);
}

}  // namespace
}  // namespace ersatz::stats
