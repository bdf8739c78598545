#include "analysis/classifier_pairs.hpp"

#include <gtest/gtest.h>

#include "analysis/fake_table.hpp"
#include "base/error.hpp"
#include "stats/mcnemar.hpp"

namespace ersatz::analysis {
namespace {

void add(FakeTable& fake, const std::string& classifier, std::uint64_t seed, double right) {
  fake.add_mixture(100, 0, seed, right, "REAL", 0, classifier);
}

TEST(ClassifierPairs, AreTestedOverTheSeedsTheyShare) {
  FakeTable fake(1000);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) add(fake, "nn", seed, 0.5);
  for (std::uint64_t seed = 2; seed <= 5; ++seed) add(fake, "lenet", seed, 0.7);
  fake.add_mixture(200, 0, 1, 0.5, "REAL", 0, "nn");  // has no partner
  const auto pairs = compare_classifiers(fake.table());
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].first, "NN");
  EXPECT_EQ(pairs[0].second, "LeNet");
  EXPECT_EQ(pairs[0].accuracy.first.n, 3U);
  EXPECT_NEAR(pairs[0].accuracy.difference.mean, 0.2, 0.05);
  EXPECT_LT(pairs[0].accuracy.interval.low, pairs[0].accuracy.difference.mean);
  EXPECT_LT(pairs[0].accuracy.p, 0.05);
  EXPECT_EQ(pairs[0].p_holm, pairs[0].accuracy.p);
}

TEST(ClassifierPairs, OfOneSeedAreTestedOnTheSameImages) {
  FakeTable fake(500);
  add(fake, "nn", 1, 0.5);
  add(fake, "lenet", 1, 0.55);
  add(fake, "convnet", 1, 0.9);
  const ResultTable& table = fake.table();
  const auto pairs = compare_classifiers(table);
  ASSERT_EQ(pairs.size(), 3U);
  const auto& truth = table.truth.at("REAL");
  const auto& nn = table.results[0].predicted;
  const auto& lenet = table.results[1].predicted;
  EXPECT_EQ(pairs[0].accuracy.p, stats::mcnemar(stats::discordant(truth, nn, lenet)).p);
  const auto& interval = pairs[0].accuracy.interval;
  EXPECT_LT(interval.low, pairs[0].accuracy.difference.mean);
  EXPECT_GT(interval.high, pairs[0].accuracy.difference.mean);
  EXPECT_LT(pairs[1].p_holm, 0.001);
  EXPECT_GE(pairs[0].p_holm, pairs[0].accuracy.p);
}

TEST(ClassifierPairs, NeedTwoClassifiers) {
  FakeTable fake(50);
  add(fake, "nn", 1, 0.5);
  EXPECT_THROW(compare_classifiers(fake.table()), Error);
}

}  // namespace
}  // namespace ersatz::analysis
