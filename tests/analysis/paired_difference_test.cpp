#include "analysis/paired_difference.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/fake_table.hpp"
#include "base/error.hpp"
#include "stats/mcnemar.hpp"

namespace ersatz::analysis {
namespace {

PairedDifference difference_of(FakeTable& fake) {
  const ResultTable& table = fake.table();
  return paired_difference(CommonRuns(table, {&table.cells.at(0), &table.cells.at(1)}), 0, 1);
}

TEST(PairedDifference, OfSeveralSeedsIsOfTheSeedsThatBothHave) {
  FakeTable fake(300);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) fake.add_mixture(100, 0, seed, 0.5);
  for (std::uint64_t seed = 4; seed >= 2; --seed) fake.add_mixture(200, 0, seed, 0.6);
  const PairedDifference found = difference_of(fake);
  const ResultTable& table = fake.table();
  // d[seed, image] of seeds 2 to 4; the second set's runs are in reverse order
  const auto& truth = table.truth.at("REAL");
  const stats::Crossed expected(1, 3, truth.size(), [&](std::size_t, std::size_t s, std::span<double> out) {
    const TestResult &a = table.results[1 + s], &b = table.results[6 - s];
    for (std::size_t i = 0; i < truth.size(); ++i) {
      out[i] = (b.predicted[i] == truth[i] ? 1 : 0) - (a.predicted[i] == truth[i] ? 1 : 0);
    }
  });
  EXPECT_EQ(found.difference.n, 3U);
  EXPECT_NEAR(found.difference.mean, expected.cell(0).mean, 1e-12);
  EXPECT_NEAR(found.estimate.mean, expected.cell(0).mean, 1e-12);
  EXPECT_NEAR(found.p, expected.cell(0).p(), 1e-12);
  EXPECT_NEAR(found.interval.low, expected.cell(0).interval().low, 1e-12);
  EXPECT_NEAR(found.second.mean - found.first.mean, found.difference.mean, 1e-12);
}

TEST(PairedDifference, OfOneSeedIsOverTheTestImages) {
  FakeTable fake(1000);
  fake.add_mixture(100, 0, 1, 0.5);
  fake.add_mixture(200, 0, 1, 0.6);
  const PairedDifference found = difference_of(fake);
  const auto& results = fake.table().results;
  const auto& truth = fake.table().truth.at("REAL");
  EXPECT_EQ(found.p, stats::mcnemar(stats::discordant(truth, results[0].predicted, results[1].predicted)).p);
  EXPECT_TRUE(std::isinf(found.detectable));
  // Right or wrong independently: the variance of a difference is (.5 .5 + .6 .4) / 1000.
  EXPECT_NEAR(found.interval.high - found.interval.low, 2 * 1.96 * std::sqrt(0.49 / 1000), 0.006);
  EXPECT_NEAR((found.interval.high + found.interval.low) / 2, found.difference.mean, 0.004);
  EXPECT_TRUE(found.estimate.images_only());
}

TEST(PairedDifference, NeedsACommonSeed) {
  FakeTable fake(50);
  fake.add_mixture(100, 0, 1, 0.5);
  fake.add_mixture(200, 0, 2, 0.6);
  EXPECT_THROW(difference_of(fake), Error);
}

// Two sets whose runs are right as often as this, on 2,000 images.
PairedDifference of(const std::vector<double>& first, const std::vector<double>& second) {
  FakeTable fake(2000);
  for (std::size_t s = 0; s < first.size(); ++s) fake.add_mixture(100, 0, s + 1, first[s]);
  for (std::size_t s = 0; s < second.size(); ++s) fake.add_mixture(200, 0, s + 1, second[s]);
  return difference_of(fake);
}

TEST(Outlook, IsSaidOnlyOfWhatWasNotFound) {
  PairedDifference unsure = of({.5, .5, .5, .5, .5}, {.58, .46, .56, .44, .52});
  const auto found = outlook(unsure);
  ASSERT_TRUE(found && found->seeds);
  EXPECT_GT(*found->seeds, 5U);
  as_family({&unsure, &unsure});
  EXPECT_GT(*outlook(unsure)->seeds, *found->seeds) << "two comparisons ask for more";
  EXPECT_FALSE(outlook(of({.5, .5, .5, .5, .5}, {.7, .7, .7, .7, .7})).has_value()) << "found already";
  EXPECT_FALSE(outlook(of({.5, .5, .5, .5}, {.58, .46, .56, .44})).has_value()) << "four seeds say little";
}

TEST(AsWell, IsShownByManyImagesAndSeeds) {
  EXPECT_FALSE(as_well(of({.5, .5}, {.5, .5})));
  FakeTable fake(40'000);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    fake.add_mixture(100, 0, seed, 0.6);
    fake.add_mixture(200, 0, seed, 0.603);
  }
  const ResultTable& table = fake.table();
  EXPECT_TRUE(as_well(paired_difference(CommonRuns(table, {&table.cells.at(0), &table.cells.at(1)}), 0, 1)));
}

}  // namespace
}  // namespace ersatz::analysis
