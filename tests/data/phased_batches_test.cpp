#include "data/phased_batches.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "data/apportionment.hpp"

namespace ersatz::data {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::uint32_t> numbers(std::uint32_t first, std::size_t n) {
  std::vector<std::uint32_t> result(n);
  std::iota(result.begin(), result.end(), first);
  return result;
}

// Members 0 .. a - 1 are of A, those from a on of B.
std::vector<SampledGroup> two(std::size_t a, std::size_t b, Ramp of_a, Ramp of_b) {
  return {{"A", numbers(0, a), of_a, {}}, {"B", numbers(static_cast<std::uint32_t>(a), b), of_b, {}}};
}

std::size_t below(const Batch& batch, std::uint32_t end) {
  return static_cast<std::size_t>(std::ranges::count_if(batch.indices, [&](std::uint32_t i) { return i < end; }));
}

TEST(Apportionment, OwesNobodyMoreThanHalfAnExampleOfTwo) {
  const std::int64_t steps = 500;
  for (const Ramp share : {Ramp{0.1, 0.1}, Ramp{0.37, 0.37}, Ramp{0.1, 1}, Ramp{1, 0}, Ramp{0, 0}, Ramp{1, 1}}) {
    const Ramp rest{1 - share.first, 1 - share.last};
    Apportionment counts({share, rest}, 7, steps);
    std::int64_t taken = 0;
    double owed = 0;
    for (std::int64_t step = 0; step < steps; ++step) {
      counts.go_to(step);
      ASSERT_EQ(counts.before()[0], taken);
      ASSERT_EQ(counts.counts()[0] + counts.counts()[1], 7);
      ASSERT_GE(std::min(counts.counts()[0], counts.counts()[1]), 0);
      taken += counts.counts()[0];
      owed += 7 * (share.first + (share.last - share.first) * static_cast<double>(step) / (steps - 1));
      ASSERT_LE(std::abs(static_cast<double>(taken) - owed), 0.5 + 1e-6) << "step " << step;
    }
  }
}

TEST(Apportionment, OfSeveralStaysWithinOneExample) {
  const std::int64_t steps = 300;
  const std::vector<Ramp> shares{{0.05, 0.4}, {0.15, 0.15}, {0.3, 0.25}, {0.5, 0.2}};
  Apportionment counts(shares, 5, steps);
  for (std::int64_t step = 0; step < steps; ++step) {
    counts.go_to(step);
    std::int64_t sum = 0;
    for (std::size_t g = 0; g < shares.size(); ++g) {
      ASSERT_GE(counts.counts()[g], 0);
      sum += counts.counts()[g];
      const auto taken = static_cast<double>(counts.before()[g] + counts.counts()[g]);
      ASSERT_LE(std::abs(taken - 5 * shares[g].sum(step + 1, steps)), 1 + 1e-6) << "step " << step << ", group " << g;
    }
    ASSERT_EQ(sum, 5);
  }
}

TEST(Apportionment, TakesWholeNumbersWhereSharesAre) {
  Apportionment counts({{0.1, 0.1}, {0.9, 0.9}}, 50, 1000);
  for (std::int64_t step = 0; step < 1000; ++step) {
    counts.go_to(step);
    ASSERT_EQ(counts.counts()[0], 5) << "step " << step;
  }
}

TEST(DrawnBatches, AreFullAndTakeTheirShareOfEach) {
  DrawnBatches sampler(two(10, 100, {0.25, 0.25}, {0.75, 0.75}), 1, 8, 50, 1);
  for (std::int64_t step = 0; step < 50; ++step) {
    const Batch& batch = sampler.batch(step);
    ASSERT_EQ(batch.indices.size(), 8U);
    ASSERT_EQ(below(batch, 10), 2U);
  }
}

// 2 of 10 and 6 of 100 a step: five passes over A while B's first goes on.
TEST(DrawnBatches, EachSourceGoesThroughPassesOfItsOwn) {
  DrawnBatches sampler(two(10, 100, {0.25, 0.25}, {0.75, 0.75}), 1, 8, 50, 1);
  std::map<std::pair<std::uint32_t, int>, int> seen;  // example and pass
  std::set<std::vector<std::uint32_t>> orders;
  std::vector<std::uint32_t> order;
  for (std::int64_t step = 0; step < 16; ++step) {
    const Batch& batch = sampler.batch(step);
    for (std::size_t i = 0; i < 8; ++i) {
      ++seen[{batch.indices[i], batch.passes[i]}];
      if (batch.indices[i] >= 10) {
        EXPECT_EQ(batch.passes[i], 1);
        continue;
      }
      EXPECT_EQ(batch.passes[i], static_cast<int>(step / 5) + 1);
      order.push_back(batch.indices[i]);
      if (order.size() == 10) {
        orders.insert(order);
        order.clear();
      }
    }
  }
  for (const auto& [key, count] : seen) EXPECT_EQ(count, 1) << "an example twice in one pass";
  EXPECT_EQ(orders.size(), 3U) << "passes have the same order";
  EXPECT_EQ(sampler.last_pass(16), 4);
}

// What another source holds, or a larger share, moves no order.
TEST(DrawnBatches, TheOrderOfASourceIsItsOwn) {
  const auto order_of_a = [](const std::vector<SampledGroup>& groups, std::uint64_t seed) {
    DrawnBatches sampler(groups, seed, 8, 40, 1);
    std::vector<std::uint32_t> order;
    for (std::int64_t step = 0; step < 40 && order.size() < 20; ++step) {
      for (const std::uint32_t i : sampler.batch(step).indices) {
        if (i < 10 && order.size() < 20) order.push_back(i);
      }
    }
    return order;
  };
  const auto order = order_of_a(two(10, 100, {0.25, 0.25}, {0.75, 0.75}), 1);
  EXPECT_EQ(order, order_of_a(two(10, 30, {0.5, 0.5}, {0.5, 0.5}), 1));
  EXPECT_NE(order, order_of_a(two(10, 100, {0.25, 0.25}, {0.75, 0.75}), 2));
}

TEST(DrawnBatches, AStepDependsOnNothingBefore) {
  const auto groups = two(7, 30, {0.1, 0.9}, {0.9, 0.1});
  DrawnBatches forwards(groups, 3, 5, 60, 1);
  for (std::int64_t step = 0; step < 60; ++step) forwards.batch(step);
  for (const std::int64_t step : {31, 2, 59}) {
    DrawnBatches fresh(groups, 3, 5, 60, 1);
    EXPECT_EQ(fresh.batch(step).indices, forwards.batch(step).indices) << step;
  }
}

SampledPhase phase(std::vector<SampledGroup> groups, std::int64_t steps, bool drawn = false) {
  SampledPhase result;
  result.groups = std::move(groups);
  result.steps = steps;
  result.drawn = drawn;
  return result;
}

TEST(PhasedBatches, OnePhaseOfAllIsWhatShufflingIs) {
  ShuffledBatches expected(23, 5, {4, false});
  PhasedBatches sampler({phase(two(9, 14, {}, {}), 30)}, 5, {4, false});
  for (std::int64_t step = 0; step < 30; ++step) {
    const Batch batch = sampler.batch(step);
    EXPECT_EQ(batch.indices, expected.batch(step).indices);
    EXPECT_EQ(batch.passes, expected.batch(step).passes);
    EXPECT_THAT(batch.weights, IsEmpty());
  }
}

TEST(PhasedBatches, TwoThatDifferInNothingAreOne) {
  PhasedBatches one({phase(two(9, 14, {}, {}), 30)}, 5, {4, false});
  PhasedBatches both({phase(two(9, 14, {}, {}), 11), phase(two(9, 14, {}, {}), 19)}, 5, {4, false});
  for (std::int64_t step = 0; step < 30; ++step) {
    const Batch batch = one.batch(step);
    EXPECT_EQ(batch.indices, both.batch(step).indices);
    EXPECT_EQ(batch.passes, both.batch(step).passes);
  }
}

// 9 examples are 3 batches of 4: passes 1 to 4 in 11 steps. The next phase begins with the fifth.
TEST(PhasedBatches, APhaseTakesItsOwnExamplesInNewPasses) {
  PhasedBatches sampler({phase({{"A", numbers(0, 9), {}, {}}}, 11), phase({{"B", numbers(9, 14), {}, {}}}, 8)}, 5,
                        {4, false});
  for (std::int64_t step = 0; step < 11; ++step) {
    EXPECT_THAT(sampler.batch(step).indices, Each(::testing::Lt(9U)));
    EXPECT_THAT(sampler.batch(step).passes, Each(step / 3 + 1));
  }
  std::set<std::uint32_t> seen;
  for (std::int64_t step = 11; step < 15; ++step) {
    const Batch& batch = sampler.batch(step);
    EXPECT_THAT(batch.passes, Each(5));
    seen.insert(batch.indices.begin(), batch.indices.end());
  }
  EXPECT_EQ(seen.size(), 14U) << "a phase begins with a whole pass";
  EXPECT_EQ(*seen.begin(), 9U);
  EXPECT_EQ(sampler.last_pass(11), 4);
  EXPECT_EQ(sampler.last_pass(19), 6);
}

TEST(PhasedBatches, PassesOfDrawnPhasesAreNotUsedAgain) {
  const auto drawn = two(3, 50, {0.5, 0.5}, {0.5, 0.5});
  PhasedBatches sampler({phase(drawn, 9, true), phase(drawn, 9, true)}, 5, {4, false});
  std::map<std::pair<std::uint32_t, int>, int> seen;
  for (std::int64_t step = 0; step < 18; ++step) {
    const Batch& batch = sampler.batch(step);
    for (std::size_t i = 0; i < batch.indices.size(); ++i) ++seen[{batch.indices[i], batch.passes[i]}];
  }
  for (const auto& [key, count] : seen) EXPECT_EQ(count, 1) << "example " << key.first << " in pass " << key.second;
}

TEST(PhasedBatches, WeightsAreThoseOfTheSourceAtTheStep) {
  std::vector<SampledGroup> groups = two(9, 14, {}, {});
  groups[1].weight = {1, 0};
  PhasedBatches sampler({phase(groups, 11)}, 5, {4, false});
  for (std::int64_t step = 0; step < 11; ++step) {
    const Batch& batch = sampler.batch(step);
    ASSERT_EQ(batch.weights.size(), batch.indices.size());
    for (std::size_t i = 0; i < batch.indices.size(); ++i) {
      EXPECT_FLOAT_EQ(batch.weights[i], batch.indices[i] < 9 ? 1 : 1 - static_cast<float>(step) / 10);
    }
  }
}

// Batch normalisation must not see half a batch: fewer examples than a batch come again within it.
TEST(PhasedBatches, FillBatchesWhereSmallerOnesAreNotTrained) {
  PhasedBatches sampler({phase({{"A", numbers(0, 3), {}, {}}}, 4), phase({{"B", numbers(3, 20), {}, {}}}, 4)}, 5,
                        {8, true});
  EXPECT_EQ(sampler.batch(0).indices.size(), 8U);
  EXPECT_THAT(sampler.batch(0).passes, ElementsAre(1, 1, 1, 2, 2, 2, 3, 3));
  EXPECT_EQ(sampler.batch(5).indices.size(), 8U);
}

}  // namespace
}  // namespace ersatz::data
