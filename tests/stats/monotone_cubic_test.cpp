#include "stats/monotone_cubic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"

namespace ersatz::stats {
namespace {

using Values = std::vector<double>;

// By hand: slopes to both sides 1 and 1/2, so 9/13 at the point between (weights 4 and 5), and 7/6 and 1/6 at the ends.
TEST(MonotoneCubic, IsPchip) {
  const Values x{0, 1, 3}, y{0, 1, 2};
  EXPECT_NEAR(monotone_cubic(x, y, 0.5), 0.5 + (7.0 / 6 - 9.0 / 13) / 8, 1e-12);
  EXPECT_NEAR(monotone_cubic(x, y, 2), 1.5 + 2 * (9.0 / 13 - 1.0 / 6) / 8, 1e-12);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(monotone_cubic(x, y, x[i]), y[i]);
}

TEST(MonotoneCubic, OfAStraightLineIsTheLine) {
  EXPECT_NEAR(monotone_cubic(Values{0, 4}, Values{1, 3}, 1), 1.5, 1e-12);
  EXPECT_NEAR(monotone_cubic(Values{0, 1, 4, 5}, Values{0, 2, 8, 10}, 2.7), 5.4, 1e-12);
}

TEST(MonotoneCubic, NeverFallsAndIsTurnedRound) {
  Random random(1, "cubic");
  for (int curve = 0; curve < 50; ++curve) {
    Values x{0}, y{0};
    for (int i = 0; i < 5; ++i) {
      x.push_back(x.back() + 0.1 + static_cast<double>(random.uniform()));
      y.push_back(y.back() + (random.below(4) == 0 ? 0.0 : std::pow(static_cast<double>(random.uniform()), 4)));
    }
    double before = y.front();
    for (double at = 0; at < x.back(); at += 0.01) {
      const double here = std::min(monotone_cubic(x, y, at), y.back());  // rounding
      EXPECT_GE(here, before - 1e-12);
      before = here;
      const auto back = inverse_of_cubic(x, y, here);
      ASSERT_TRUE(back.has_value());
      EXPECT_LE(*back, at + 1e-3) << "the smallest, as far as a flat stretch tells";
      EXPECT_NEAR(monotone_cubic(x, y, *back), here, 1e-9);
    }
  }
}

TEST(MonotoneCubic, EndsWhereItsPointsEnd) {
  const Values x{1, 2, 3}, y{.3, .5, .5};
  EXPECT_EQ(inverse_of_cubic(x, y, .29), std::nullopt);
  EXPECT_EQ(inverse_of_cubic(x, y, .51), std::nullopt);
  EXPECT_EQ(inverse_of_cubic(x, y, .5), 2) << "of a level stretch the left end";
  EXPECT_THROW(monotone_cubic(x, y, 3.1), Error);
  EXPECT_THROW(monotone_cubic(x, Values{.3, .5, .4}, 2), Error);
  EXPECT_THROW(monotone_cubic(Values{1, 1}, Values{0, 1}, 1), Error);
  EXPECT_THROW(monotone_cubic(Values{}, Values{}, 1), Error);
}

}  // namespace
}  // namespace ersatz::stats
