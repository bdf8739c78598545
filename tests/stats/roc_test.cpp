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

TEST(RocArea, IsTheMeanOfValuesThatAreScikitLearnsByAnImagesWeight) {
  for (const Json& one : fixtures("roc")) {
    const auto scores = one.at("scores").get<Numbers>();
    const auto wanted = one.at("area_values").get<Numbers>();
    Numbers values(scores.size());
    roc_area_values(scores, one.at("positive").get<Groups>(), values);
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], wanted[i], 1e-6);
      sum += values[i];
    }
    EXPECT_NEAR(sum / static_cast<double>(values.size()), one.at("area").get<double>(), 1e-12);
  }
}

TEST(AveragePrecision, IsScikitLearnsAndTheMeanOfItsValues) {
  for (const Json& one : fixtures("roc")) {
    const auto scores = one.at("scores").get<Numbers>();
    const auto positive = one.at("positive").get<Groups>();
    const auto wanted = one.at("precision_values").get<Numbers>();
    const double precision = average_precision(scores, positive);
    EXPECT_NEAR(precision, one.at("precision").get<double>(), 1e-14);
    Numbers values(scores.size());
    average_precision_values(scores, positive, values);
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], wanted[i], 1e-5);
      sum += values[i];
    }
    EXPECT_NEAR(sum / static_cast<double>(values.size()), precision, 1e-12);
  }
}

TEST(AveragePrecision, TakesAPositiveScoreAndNumbers) {
  EXPECT_THROW(average_precision(Numbers{1, 2}, Groups{0, 0}), Error);
  EXPECT_THROW(average_precision(Numbers{1, NAN}, Groups{0, 1}), Error);
  EXPECT_THROW(average_precision(Numbers{1}, Groups{0, 1}), Error);
  EXPECT_EQ(average_precision(Numbers{2, 2, 2, 2}, Groups{0, 1, 0, 0}), .25);
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
