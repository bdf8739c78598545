#include "analysis/paired_difference.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/fake_table.hpp"
#include "base/error.hpp"
#include "stats/bootstrap.hpp"
#include "stats/mcnemar.hpp"
#include "stats/t_test.hpp"

namespace ersatz::analysis {
namespace {

PairedDifference difference_of(FakeTable& fake) {
  const ResultTable& table = fake.table();
  return paired_difference(Resampling(table, {&table.cells.at(0), &table.cells.at(1)}), 0, 1);
}

TEST(PairedDifference, OfSeveralSeedsIsStudentsOverTheSeeds) {
  FakeTable fake(300);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) fake.add_mixture(100, 0, seed, 0.5);
  for (std::uint64_t seed = 4; seed >= 2; --seed) fake.add_mixture(200, 0, seed, 0.6);
  const PairedDifference found = difference_of(fake);
  std::vector<double> differences;
  for (const std::size_t i : {1U, 2U, 3U}) {  // seeds 2 to 4; the second set's are in reverse order
    differences.push_back(fake.table().results[7 - i].scores.accuracy - fake.table().results[i].scores.accuracy);
  }
  const stats::TTest test = stats::paired_t_test(stats::summarise(differences));
  EXPECT_EQ(found.difference.n, 3U);
  EXPECT_EQ(found.difference.mean, test.difference);
  EXPECT_EQ(found.p, test.p);
  EXPECT_EQ(found.interval.low, test.interval.low);
  EXPECT_NEAR(found.second.mean - found.first.mean, test.difference, 1e-12);
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
  // Ends are differences that 1,000 images can have, as the bootstrap of a number of images has them.
  EXPECT_NEAR(std::remainder(found.interval.low, 0.001), 0, 1e-12);
}

TEST(PairedDifference, NeedsACommonSeed) {
  FakeTable fake(50);
  fake.add_mixture(100, 0, 1, 0.5);
  fake.add_mixture(200, 0, 2, 0.6);
  EXPECT_THROW(difference_of(fake), Error);
}

PairedDifference of(std::vector<double> differences) {
  PairedDifference result;
  result.difference = stats::summarise(differences);
  result.p = stats::paired_t_test(result.difference).p;
  return result;
}

TEST(SeedsToFind, IsSaidOnlyOfWhatWasNotFound) {
  const auto unsure = of({0.03, -0.01, 0.02, -0.02, 0.01});
  const auto seeds = seeds_to_find(unsure);
  ASSERT_TRUE(seeds.has_value());
  EXPECT_GE(stats::t_test_power(unsure.difference.mean, unsure.difference.sd, *seeds), 0.8);
  EXPECT_LT(stats::t_test_power(unsure.difference.mean, unsure.difference.sd, *seeds - 1), 0.8);
  EXPECT_FALSE(seeds_to_find(of({0.03, 0.02, 0.03, 0.02, 0.03})).has_value()) << "found already";
  EXPECT_FALSE(seeds_to_find(of({0.03, -0.01, 0.02, -0.02})).has_value()) << "four seeds say little about their spread";
  EXPECT_FALSE(seeds_to_find(of({0.01, -0.01, 0.02, -0.02, 0})).has_value()) << "no difference";
  EXPECT_FALSE(seeds_to_find(of({0, 0, 0, 0, 0})).has_value());
}

}  // namespace
}  // namespace ersatz::analysis
