#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace ersatz {
namespace {

// Known answers: kat_vectors of Random123 (Salmon et al. 2011), philox4x32 with 10 rounds.
TEST(Philox, GivesTheKnownAnswers) {
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, DependsOnSeedPurposeEpochAndIndexOnly) {
  const auto first = [](Random random) { return std::array{random(), random(), random(), random(), random()}; };
  const auto base = first(Random(1, "shuffle", 2, 3));
  EXPECT_EQ(first(Random(1, "shuffle", 2, 3)), base);
  std::set<std::array<std::uint32_t, 5>> streams{base,
                                                 first(Random(2, "shuffle", 2, 3)),
                                                 first(Random(1, "weights", 2, 3)),
                                                 first(Random(1, "shuffle", 3, 3)),
                                                 first(Random(1, "shuffle", 2, 4)),
                                                 first(Random(1, "shuffle", 2, 3 + (std::uint64_t{1} << 32)))};
  EXPECT_EQ(streams.size(), 6U);
}

TEST(Random, BelowIsUniform) {
  Random random(1, "test");
  constexpr std::uint32_t kBins = 7;
  constexpr int kDraws = 70000;
  std::array<int, kBins> counts{};
  for (int i = 0; i < kDraws; ++i) ++counts.at(random.below(kBins));
  double chi_square = 0;
  for (const int count : counts) chi_square += (count - kDraws / 7.0) * (count - kDraws / 7.0) / (kDraws / 7.0);
  EXPECT_LT(chi_square, 22.5);  // 99.9 % quantile for 6 degrees of freedom
  EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, UniformAndNormalHaveTheirMoments) {
  Random random(2, "test");
  constexpr int kDraws = 100000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const float u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.004);
  sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const float z = random.normal();
    ASSERT_TRUE(std::isfinite(z));
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.015);
  EXPECT_NEAR(squares / kDraws, 1, 0.025);
}

TEST(Random, ShuffleReachesEveryOrderEquallyOften) {
  std::array<int, 6> counts{};
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    std::vector<int> values{0, 1, 2};
    Random(seed, "test").shuffle(std::span(values));
    counts.at(static_cast<std::size_t>(values[0] * 2 + (values[1] > values[2] ? 1 : 0)))++;
  }
  double chi_square = 0;
  for (const int count : counts) chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 20.6);  // 99.9 % quantile for 5 degrees of freedom
}

}  // namespace
}  // namespace ersatz
