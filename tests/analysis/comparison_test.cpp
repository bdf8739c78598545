#include "analysis/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "analysis/fake_study.hpp"
#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

TEST(Compare, PairsRunsByTheirSeed) {
  FakeStudy a, b;
  a.seeds = {1, 2, 3, 9};
  b.seeds = {3, 2, 1};
  b.right["lenet REAL FAKE"] = 0.75;
  a.write();
  b.write();
  const ResultTable first = read_results(a.folder()), second = read_results(b.folder());
  const auto cells = compare(first, second);
  ASSERT_EQ(cells.size(), first.cells.size());
  for (const PairedCell& cell : cells) {
    EXPECT_EQ(cell.accuracy.difference.n, 3U);
    EXPECT_EQ(cell.unpaired, 1U);
    EXPECT_NEAR(cell.accuracy.difference.mean, cell.accuracy.second.mean - cell.accuracy.first.mean, 1e-12);
    // Both studies predict alike for a seed but in the changed cell: only paired by seed is every difference 0.
    const bool changed = cell.title == "LeNet" && cell.train_on == "REAL" && cell.test_on == "FAKE";
    EXPECT_EQ(cell.accuracy.difference.sd == 0 && cell.accuracy.difference.mean == 0, !changed);
    EXPECT_GT(cell.accuracy.first.sd, 0);
    EXPECT_LE(cell.accuracy.interval.low, cell.accuracy.difference.mean);
    EXPECT_GE(cell.accuracy.interval.high, cell.accuracy.difference.mean);
  }
}

TEST(Compare, OneSeedIsComparedOnItsTestImages) {
  FakeStudy a, b;
  b.right["lenet REAL FAKE"] = 0.75;
  a.write();
  b.write();
  const auto cells = compare(read_results(a.folder()), read_results(b.folder()));
  for (const PairedCell& cell : cells) {
    EXPECT_EQ(cell.accuracy.difference.n, 1U);
    EXPECT_TRUE(std::isfinite(cell.accuracy.interval.low));
    const bool changed = cell.title == "LeNet" && cell.train_on == "REAL" && cell.test_on == "FAKE";
    // Equal on 200 images, which is less than equal: Wilson's bound for none of 200.
    if (!changed) {
      EXPECT_NEAR(cell.accuracy.interval.high, 0.0188, 5e-5);
    }
    EXPECT_EQ(cell.accuracy.estimate.standard_error > 0, changed);
    EXPECT_EQ(cell.accuracy.family, cells.size());
  }
}

TEST(Compare, AStudyWithItselfDiffersByNothing) {
  FakeStudy a;
  a.seeds = {1, 2};
  a.write();
  const ResultTable table = read_results(a.folder());
  for (const PairedCell& cell : compare(table, table)) {
    EXPECT_EQ(cell.accuracy.difference.mean, 0);
    EXPECT_EQ(cell.accuracy.difference.sd, 0);
    EXPECT_EQ(cell.unpaired, 0U);
  }
}

TEST(Compare, RefusesStudiesThatHaveNothingInCommonOrOtherTestSets) {
  FakeStudy a, b, c;
  b.classifiers = {"vgg16"};
  c.test_images = 100;
  a.write();
  b.write();
  c.write();
  EXPECT_THROW(compare(read_results(a.folder()), read_results(b.folder())), Error);
  EXPECT_THROW(compare(read_results(a.folder()), read_results(c.folder())), Error);
  ResultTable other_images = read_results(a.folder());
  std::ranges::reverse(other_images.truth.at("REAL"));
  EXPECT_THROW(compare(read_results(a.folder()), other_images), Error);
}

}  // namespace
}  // namespace ersatz::analysis
