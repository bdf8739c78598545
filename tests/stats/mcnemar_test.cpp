#include "stats/mcnemar.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

TEST(McNemar, EqualsStatsmodels) {
  ASSERT_GE(fixtures("mcnemar").size(), 20U);
  for (const Json& one : fixtures("mcnemar")) {
    const Discordant counts{one.at("b"), one.at("c")};
    SCOPED_TRACE(one.dump());
    const double exact = one.at("exact_p");
    EXPECT_NEAR(mcnemar_exact(counts).p, exact, 1e-11 * exact);
    const auto expect = [&](const McNemar& result, const Json& theirs) {
      const double statistic = theirs.at("statistic"), p = theirs.at("p");
      EXPECT_DOUBLE_EQ(result.statistic, statistic);
      EXPECT_NEAR(result.p, p, 1e-11 * p);
    };
    expect(mcnemar_chi_square(counts, false), one.at("plain"));
    // statsmodels corrects b = c to a distance of -1, squared; see below.
    if (counts.b != counts.c) expect(mcnemar_chi_square(counts, true), one.at("corrected"));
  }
}

// A. Agresti, Categorical data analysis (1990), page 350: approval of the president in two surveys of 1600
// Americans; 150 changed to disapproval, 86 to approval. z^2 = 17.36; R's mcnemar.test says 16.82 when corrected.
TEST(McNemar, GivesAgrestisApprovalRatings) {
  EXPECT_NEAR(mcnemar_chi_square({150, 86}, false).statistic, 17.3559, 5e-5);
  EXPECT_NEAR(mcnemar_chi_square({150, 86}, false).p, 3.099e-05, 5e-9);
  EXPECT_NEAR(mcnemar({150, 86}).statistic, 63.0 * 63 / 236, 1e-12);
}

TEST(McNemar, IsExactBelow25DiscordantImages) {
  EXPECT_EQ(mcnemar({20, 4}).method, McNemarMethod::exact);
  EXPECT_EQ(mcnemar({20, 4}).statistic, 4);
  EXPECT_EQ(mcnemar({20, 4}).p, mcnemar_exact({20, 4}).p);
  EXPECT_EQ(mcnemar({20, 5}).method, McNemarMethod::chi_square);
  EXPECT_EQ(mcnemar({20, 5}).p, mcnemar_chi_square({20, 5}).p);
}

// mcnemar.hpp states 0.003; the largest gap is where the method changes.
TEST(McNemar, HardlyDependsOnTheMethodFrom25DiscordantImagesOn) {
  const auto widest_gap = [](std::uint64_t n) {
    double widest = 0;
    for (std::uint64_t b = 0; b <= n; ++b) {
      widest = std::max(widest, std::abs(mcnemar_exact({b, n - b}).p - mcnemar_chi_square({b, n - b}).p));
    }
    return widest;
  };
  double above = 0;
  for (std::uint64_t n = kMcNemarExactBelow; n <= 300; ++n) above = std::max(above, widest_gap(n));
  EXPECT_LT(above, 0.003);
  EXPECT_GT(widest_gap(5), 0.003);
}

TEST(McNemar, DoesNotDependOnWhichClassifierComesFirst) {
  for (std::uint64_t b = 0; b < 60; b += 7) {
    EXPECT_DOUBLE_EQ(mcnemar({b, 13}).p, mcnemar({13, b}).p);
    EXPECT_EQ(mcnemar({b, 13}).b, b);
  }
}

TEST(McNemar, FindsNoDifferenceWhereThereIsNone) {
  for (const std::uint64_t n : {0U, 1U, 12U, 13U, 1000U}) {
    EXPECT_EQ(mcnemar({n, n}).p, 1) << n;
    EXPECT_EQ(mcnemar_exact({n, n}).p, 1) << n;
    EXPECT_EQ(mcnemar_chi_square({n, n}).statistic, 0) << n;
  }
}

TEST(McNemar, CountsImagesOnWhichOneIsRight) {
  const LabelList truth{0, 1, 2, 0, 1, 2, 0}, first{0, 1, 2, 0, 0, 1, 2}, second{0, 0, 0, 1, 1, 0, 2};
  const Discordant counts = discordant(truth, first, second);
  EXPECT_EQ(counts.b, 3U);
  EXPECT_EQ(counts.c, 1U);
  EXPECT_THROW(discordant(truth, first, LabelList{0}), Error);
  EXPECT_THROW(discordant(truth, LabelList{}, second), Error);
}

}  // namespace
}  // namespace ersatz::stats
