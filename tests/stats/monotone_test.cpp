#include "stats/monotone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::Optional;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Numbers noisy(std::size_t n, std::uint64_t seed) {
  Random random(seed, "curve");
  Numbers values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = 0.05 * static_cast<double>(i) + static_cast<double>(random.normal());
  return values;
}

double squares(const Numbers& values, const Numbers& fitted, const Numbers& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weights[i] * (values[i] - fitted[i]) * (values[i] - fitted[i]);
  }
  return sum;
}

TEST(IsotonicRegression, EqualsScikitLearn) {
  for (const Json& one : fixtures("isotonic")) {
    const auto values = one.at("values").get<Numbers>(), weights = one.at("weights").get<Numbers>();
    const auto check = [&](const Numbers& ours, const Json& theirs) {
      ASSERT_EQ(ours.size(), theirs.size());
      for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i].get<double>(), 1e-12);
    };
    check(isotonic_regression(values, weights), one.at("fitted"));
    check(isotonic_regression(values), one.at("unweighted"));
  }
}

TEST(IsotonicRegression, IsWhatTheEyeWouldDo) {
  EXPECT_THAT(isotonic_regression(Numbers{1, 3, 2, 4}), ElementsAre(1, 2.5, 2.5, 4));
  EXPECT_THAT(isotonic_regression(Numbers{3, 2, 1}), ElementsAre(2, 2, 2));
  EXPECT_THAT(isotonic_regression(Numbers{1, 4, 2}, Numbers{1, 1, 3}), ElementsAre(1, 2.5, 2.5));
  EXPECT_TRUE(isotonic_regression(Numbers{}).empty());
}

TEST(IsotonicRegression, NeverDecreasesAndChangesNothingTwice) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Numbers fitted = isotonic_regression(noisy(50, seed));
    EXPECT_TRUE(std::is_sorted(fitted.begin(), fitted.end()));
    EXPECT_EQ(isotonic_regression(fitted), fitted);
  }
}

// Any other nondecreasing curve is farther away: here, steps towards random ones.
TEST(IsotonicRegression, IsTheClosestCurve) {
  Random random(2, "other curves");
  const Numbers values = noisy(30, 3);
  Numbers weights(values.size());
  for (double& weight : weights) weight = 0.1 + static_cast<double>(random.uniform());
  const Numbers fitted = isotonic_regression(values, weights);
  const double least = squares(values, fitted, weights);
  for (int trial = 0; trial < 200; ++trial) {
    Numbers other(values.size());
    for (double& value : other) value = static_cast<double>(random.uniform(-2, 4));
    std::sort(other.begin(), other.end());
    for (std::size_t i = 0; i < other.size(); ++i) other[i] = 0.999 * fitted[i] + 0.001 * other[i];
    EXPECT_GT(squares(values, other, weights), least);
  }
}

TEST(IsotonicRegression, RefusesWhatItCannotWeigh) {
  EXPECT_THROW(isotonic_regression(Numbers{1, 2}, Numbers{1}), Error);
  EXPECT_THROW(isotonic_regression(Numbers{1, 2}, Numbers{1, 0}), Error);
  EXPECT_THROW(isotonic_regression(Numbers{1, 2}, Numbers{1, kNaN}), Error);
  EXPECT_THROW(isotonic_regression(Numbers{1, kNaN}), Error);
}

TEST(Inverse, UndoesNumpysInterpolation) {
  const Json& line = fixtures("line");
  const auto x = line.at("x").get<Numbers>(), y = line.at("y").get<Numbers>(), at = line.at("at").get<Numbers>();
  for (std::size_t i = 0; i < at.size(); ++i) {
    EXPECT_NEAR(inverse(x, y, line.at("value")[i]).value(), at[i], 1e-12);  // y increases strictly here
  }
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(inverse(x, y, y[i]), x[i]);
}

TEST(Inverse, SaysNothingBeyondTheMeasuredRange) {
  const Numbers x{100, 1000}, y{0.5, 0.6};
  EXPECT_EQ(inverse(x, y, 0.49), std::nullopt);
  EXPECT_EQ(inverse(x, y, 0.61), std::nullopt);
  EXPECT_EQ(inverse(x, y, kNaN), std::nullopt);
}

TEST(Inverse, IsTheSmallestXThatReachesTheValue) {
  const Numbers x{1, 2, 4, 8, 16}, y{0, 1, 1, 1, 3};
  EXPECT_THAT(inverse(x, y, 1), Optional(2.0));  // the left end of the level stretch
  EXPECT_THAT(inverse(x, y, 0), Optional(1.0));
  EXPECT_THAT(inverse(x, y, 2), Optional(DoubleEq(12)));
  EXPECT_THAT(inverse(x, y, 3), Optional(16.0));
  EXPECT_THAT(inverse(x, y, 0.3), Optional(DoubleEq(1.3)));
  EXPECT_THAT(inverse(x, y, 1.1), Optional(DoubleEq(8.4)));
  EXPECT_THAT(inverse(Numbers{5}, Numbers{1}, 1), Optional(5.0));
}

TEST(Inverse, RefusesWhatIsNoRisingLine) {
  EXPECT_THROW(inverse(Numbers{1, 2}, Numbers{1, 0.5}, 0.7), Error);
  EXPECT_THROW(inverse(Numbers{1, 1}, Numbers{1, 2}, 1.5), Error);
  EXPECT_THROW(inverse(Numbers{}, Numbers{}, 1.5), Error);
  EXPECT_THROW(inverse(Numbers{1, 2}, Numbers{1}, 1), Error);
  EXPECT_THROW(inverse(Numbers{1, 2}, Numbers{1, kNaN}, 1), Error);
}

}  // namespace
}  // namespace ersatz::stats
