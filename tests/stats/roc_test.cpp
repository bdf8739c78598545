#include "stats/roc.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "stats/fixtures.hpp"

namespace ersatz::stats {
namespace {

using Groups = std::vector<std::uint8_t>;

TEST(RocArea, IsScikitLearnsWithDeLongsError) {
  for (const Json& one : fixtures("roc")) {
    const RocArea found = roc_area(one.at("scores").get<Numbers>(), one.at("positive").get<Groups>());
    EXPECT_NEAR(found.area, one.at("area").get<double>(), 1e-14);
    EXPECT_NEAR(found.se, one.at("se").get<double>(), 1e-14);
  }
}

TEST(RocArea, OfScoresThatSayNothingIsAHalf) {
  const RocArea found = roc_area(Numbers(6, 1.5), Groups{0, 1, 0, 1, 1, 0});
  EXPECT_EQ(found.area, 0.5);
  EXPECT_EQ(found.se, 0);
}

TEST(RocArea, IsNeverWithoutError) {
  const RocArea found = roc_area(Numbers{1, 2, 3, 4}, Groups{0, 0, 1, 1});
  EXPECT_EQ(found.area, 1);
  EXPECT_EQ(interval_of(found).high, 1);
  EXPECT_NEAR(interval_of(found).low, 1 - 3.841459 / (2 + 3.841459), 1e-6) << "two of each group prove little";
}

TEST(RocArea, OfFoldsIsTheirMean) {
  const std::vector<RocArea> folds{{.8, .03, 10, 20}, {.6, .04, 10, 20}};
  const RocArea mean = mean_area(folds);
  EXPECT_NEAR(mean.area, .7, 1e-15);
  EXPECT_NEAR(mean.se, .025, 1e-15);
  EXPECT_EQ(mean.positives, 20U);
  EXPECT_EQ(mean.negatives, 40U);
}

TEST(RocArea, RefusesWhatHasNone) {
  EXPECT_THROW(roc_area(Numbers{1, 2}, Groups{1}), Error);
  EXPECT_THROW(roc_area(Numbers{1, 2}, Groups{1, 1}), Error);
  EXPECT_THROW(roc_area(Numbers{1, NAN}, Groups{0, 1}), Error);
}

}  // namespace
}  // namespace ersatz::stats
