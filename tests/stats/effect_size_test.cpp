#include "stats/effect_size.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ersatz::stats {
namespace {

// By hand: pooled sd sqrt((9 * 4 + 19 * 9) / 28) = 2.718981; half width 1.959964 sqrt(30 / 200 + d^2 / 60).
TEST(CohensD, IsTheDifferenceInPooledStandardDeviations) {
  const EffectSize found = cohens_d({10, 5, 2, 0, 0}, {20, 6.5, 3, 0, 0});
  EXPECT_NEAR(found.d, .551677, 1e-6);
  EXPECT_NEAR(found.interval.high - found.d, 1.959964 * std::sqrt(.15 + .551677 * .551677 / 60), 1e-6);
  EXPECT_NEAR(found.interval.low, 2 * found.d - found.interval.high, 1e-12);
}

TEST(CohensD, SaysNothingWhereNothingIsKnown) {
  EXPECT_TRUE(std::isnan(cohens_d({1, 5, 0, 5, 5}, {20, 6, 1, 0, 0}).d));
  EXPECT_TRUE(std::isnan(cohens_d({10, 5, 0, 5, 5}, {10, 6, 0, 6, 6}).d)) << "no spread to measure by";
  EXPECT_EQ(cohens_d({10, 5, 0, 5, 5}, {10, 5, 0, 5, 5}).d, 0);
}

}  // namespace
}  // namespace ersatz::stats
