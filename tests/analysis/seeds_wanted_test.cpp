#include "analysis/seeds_wanted.hpp"

#include <gtest/gtest.h>

#include "analysis/fake_table.hpp"
#include "analysis/main_contrasts.hpp"
#include "stats/power.hpp"

namespace ersatz::analysis {
namespace {

// `seeds` runs of 100 REAL images alone, with 500 FAKE ones, and of 100 FAKE ones; they differ in their seeds by much.
ResultTable study_of(std::uint64_t seeds, study::SeedRule rule, std::size_t images = 4000) {
  FakeTable fake(images);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const double of_seed = 0.02 * static_cast<double>(seed % 3);
    fake.add_mixture(100, 0, seed, 0.5);
    fake.add_mixture(100, 500, seed, 0.6 + of_seed);
    fake.add_mixture(0, 100, seed, 0.4 - of_seed);
  }
  ResultTable table = fake.table();
  table.study.stages.emplace();
  table.study.stages->seeds = rule;
  return table;
}

TEST(SeedsWanted, AreThoseOfTheWidestContrast) {
  const ResultTable table = study_of(3, {0.02, 50, 3});
  const auto wanted = seeds_wanted(table);
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->contrasts, 2U);
  std::size_t needed = 0;
  double widest = 0;
  for (const stats::CrossedEstimate& contrast : main_contrasts(table, "REAL")) {
    widest = std::max(widest, contrast.half_width());
    needed = std::max(needed, stats::seeds_for_half_width(contrast, 0.02).value());
  }
  EXPECT_GT(widest, 0.02);
  EXPECT_GT(needed, 3U);
  EXPECT_EQ(wanted->widest, widest);
  EXPECT_EQ(wanted->needed, needed);
  EXPECT_GT(wanted->wide, 0U);
  EXPECT_EQ(wanted->hopeless, 0U);
  EXPECT_EQ(wanted->to_ask(), std::min<std::size_t>(needed, 50));
}

TEST(SeedsWanted, AreNeverMoreThanTheMost) {
  const auto wanted = seeds_wanted(study_of(3, {0.02, 5, 3}));
  EXPECT_GT(wanted->needed, 5U);
  EXPECT_EQ(wanted->to_ask(), 5U);
}

TEST(SeedsWanted, AreThoseThatThereAreWhenAllIsNarrow) {
  const auto wanted = seeds_wanted(study_of(3, {0.9, 20, 3}));
  EXPECT_EQ(wanted->wide, 0U);
  EXPECT_EQ(wanted->to_ask(), 3U);
}

// Few test images: no number of seeds makes up for them.
TEST(SeedsWanted, SayWhatNoNumberOfSeedsSettles) {
  FakeTable fake(100);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    std::vector<std::int32_t> alone, both;  // wrong about the same images, but for one
    for (std::size_t i = 0; i < 100; ++i) {
      const auto label = static_cast<std::int32_t>(i % 2);
      alone.push_back(i < 40 ? 1 - label : label);
      both.push_back(i < 30 || i == 50 + seed ? 1 - label : label);
    }
    fake.add_mixture_predicted(100, 0, seed, alone);
    fake.add_mixture_predicted(100, 500, seed, both);
  }
  ResultTable table = fake.table();
  table.study.stages.emplace();
  table.study.stages->seeds = study::SeedRule{0.001, 20, 4};
  const auto wanted = seeds_wanted(table);
  EXPECT_EQ(wanted->wide, 1U);
  EXPECT_EQ(wanted->hopeless, 1U);
  EXPECT_EQ(wanted->to_ask(), 4U) << "more seeds would be for nothing";
}

// The same spread around another mean: whether an interval leaves out 0 is not looked at.
TEST(SeedsWanted, DoNotDependOnTheSign) {
  const auto wanted_of = [](double right) {
    FakeTable fake(2000);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      std::vector<std::int32_t> alone, both;
      for (std::size_t i = 0; i < 2000; ++i) {
        const auto label = static_cast<std::int32_t>(i % 2);
        const auto at = static_cast<double>((i * 7919 + seed * 31) % 2000) / 2000;
        alone.push_back(at < 0.5 ? label : 1 - label);
        both.push_back(at < right ? label : 1 - label);
      }
      fake.add_mixture_predicted(100, 0, seed, alone);
      fake.add_mixture_predicted(100, 500, seed, both);
    }
    ResultTable table = fake.table();
    table.study.stages.emplace();
    table.study.stages->seeds = study::SeedRule{0.01, 1000, 3};
    return *seeds_wanted(table);
  };
  const SeedsWanted up = wanted_of(0.6), down = wanted_of(0.4);
  EXPECT_NEAR(up.widest, down.widest, 1e-3);
}

TEST(SeedsWanted, AreNoneWithoutARuleOrAComparison) {
  ResultTable table = study_of(3, {0.02, 50, 3});
  table.study.stages->seeds.reset();
  EXPECT_FALSE(seeds_wanted(table));
  FakeTable fake(100);
  fake.add_mixture(100, 0, 1, 0.5);
  ResultTable alone = fake.table();
  alone.study.stages.emplace();
  alone.study.stages->seeds = study::SeedRule{0.02, 50, 3};
  EXPECT_FALSE(seeds_wanted(alone));
}

}  // namespace
}  // namespace ersatz::analysis
