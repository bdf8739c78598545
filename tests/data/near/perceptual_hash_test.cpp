// Hashes of images, and the search for those that are near each other, against their definitions.

#include "data/near/perceptual_hash.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <numbers>
#include <set>

#include "base/random.hpp"
#include "base/stop.hpp"
#include "data/near/hash_pairs.hpp"
#include "data/near/pictures.hpp"

namespace ersatz::data {
namespace {

using testing::smooth_picture;

int bits_apart(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, ImageShape shape = {32, 32}) {
  return std::popcount(look_at(a, shape).hash ^ look_at(b, shape).hash);
}

// In double precision from the definition of the DCT. A coefficient that is the median to within rounding may go either
// way.
TEST(PerceptualHash, IsTheSignOfLowFrequenciesAgainstTheirMedian) {
  for (std::uint64_t number = 0; number < 20; ++number) {
    const auto pixels = smooth_picture(number);
    const auto grey = [&](int y, int x) {
      const auto* p = &pixels[3 * static_cast<std::size_t>(y * 32 + x)];
      return std::floor((299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000);
    };
    std::vector<double> low;
    for (int sum = 1; low.size() < 64; ++sum) {
      for (int v = 0; v <= sum && low.size() < 64; ++v) {
        const int u = sum - v;
        if (u > 8 || v > 8) continue;
        double value = 0;
        for (int y = 0; y < 32; ++y) {
          for (int x = 0; x < 32; ++x) {
            value += grey(y, x) * std::cos(std::numbers::pi * (2 * x + 1) * u / 64) *
                     std::cos(std::numbers::pi * (2 * y + 1) * v / 64);
          }
        }
        low.push_back(value * (u == 0 ? std::sqrt(0.5) : 1) * (v == 0 ? std::sqrt(0.5) : 1));
      }
    }
    auto sorted = low;
    std::sort(sorted.begin(), sorted.end());
    const std::uint64_t hash = look_at(pixels, {32, 32}).hash;
    EXPECT_EQ(std::popcount(hash), 32);
    for (std::size_t i = 0; i < 64; ++i) {
      if (std::abs(low[i] - sorted[32]) < 1 && low[i] != sorted[32]) continue;
      EXPECT_EQ((hash >> (i % 8 * 8 + i / 8)) & 1U, low[i] >= sorted[32] ? 1U : 0U) << number << ' ' << i;
    }
  }
}

TEST(PerceptualHash, SmallCopyIsTheMeanOfFourPixels) {
  const auto pixels = smooth_picture(3);
  const SmallCopy copy = small_copy(pixels, {32, 32});
  const auto at = [&](int y, int x) { return int{pixels[3 * static_cast<std::size_t>(y * 32 + x) + 1]}; };
  EXPECT_EQ(copy[(5 * 16 + 7) * 3 + 1], (at(10, 14) + at(10, 15) + at(11, 14) + at(11, 15) + 2) / 4);
  EXPECT_EQ(copy, look_at(pixels, {32, 32}).copy);
  const SmallCopy brighter = small_copy(testing::brighter(std::vector<std::uint8_t>(3072, 100), 5), {32, 32});
  EXPECT_EQ(difference(brighter, small_copy(std::vector<std::uint8_t>(3072, 100), {32, 32})), 5U * 768);
}

TEST(PerceptualHash, AnySizeOfAPictureHasNearlyTheSameHash) {
  for (std::uint64_t number = 0; number < 20; ++number) {
    const auto hash = look_at(smooth_picture(number), {32, 32}).hash;
    for (const ImageShape shape : {ImageShape{64, 64}, ImageShape{100, 57}, ImageShape{16, 24}}) {
      EXPECT_LE(std::popcount(hash ^ look_at(smooth_picture(number, shape), shape).hash), kMostBits) << number;
    }
  }
}

TEST(PerceptualHash, SmallChangesKeepItAndOtherPicturesDoNot) {
  const ImageShape shape{32, 32};
  for (std::uint64_t number = 0; number < 50; ++number) {
    const auto pixels = smooth_picture(number);
    EXPECT_LE(bits_apart(pixels, testing::through_jpeg(pixels, shape, 75)), kMostBits);
    EXPECT_LE(bits_apart(pixels, testing::brighter(pixels, 2)), kMostBits);
    EXPECT_GT(bits_apart(pixels, smooth_picture(number + 1000)), kMostBits);
  }
}

TEST(PerceptualHash, FlatIsWhatShowsNothing) {
  EXPECT_TRUE(look_at(std::vector<std::uint8_t>(3072, 255), {32, 32}).flat);
  EXPECT_TRUE(look_at(std::vector<std::uint8_t>(12 * 12 * 3, 7), {12, 12}).flat);
  EXPECT_FALSE(look_at(smooth_picture(1), {32, 32}).flat);
}

// Hashes in clusters, so that there are many pairs at every distance around the limit.
std::vector<std::uint64_t> clustered_hashes(std::size_t count) {
  Random random(1, "hashes");
  std::vector<std::uint64_t> hashes;
  while (hashes.size() < count) {
    if (hashes.size() % 20 == 0) {
      hashes.push_back(std::uint64_t{random()} << 32U | random());
    } else {
      std::uint64_t hash = hashes[hashes.size() / 20 * 20];
      for (std::uint32_t flips = random.below(8); flips > 0; --flips) hash ^= std::uint64_t{1} << random.below(64);
      hashes.push_back(hash);
    }
  }
  return hashes;
}

TEST(HashPairs, AreThoseThatComparingAllWithAllFinds) {
  const auto hashes = clustered_hashes(3000);
  std::set<std::pair<std::uint32_t, std::uint32_t>> all;
  std::size_t beyond = 0;
  for (std::uint32_t a = 0; a < hashes.size(); ++a) {
    for (std::uint32_t b = a + 1; b < hashes.size(); ++b) {
      const int apart = std::popcount(hashes[a] ^ hashes[b]);
      if (apart <= kMostBits) all.insert({a, b});
      beyond += apart == kMostBits + 1;
    }
  }
  ASSERT_GT(all.size(), 5000U);
  ASSERT_GT(beyond, 500U);
  for (const unsigned threads : {1U, 3U}) {
    std::mutex mutex;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
    for_each_near_pair(hashes, threads, [&](unsigned thread, std::uint32_t a, std::uint32_t b) {
      EXPECT_LT(thread, threads);
      const std::lock_guard lock(mutex);
      found.emplace_back(a, b);
    });
    EXPECT_EQ(found.size(), all.size()) << "each once";
    EXPECT_EQ(std::set(found.begin(), found.end()), all);
  }
}

TEST(HashPairs, WhatTheVisitorThrowsComesOut) {
  const std::vector<std::uint64_t> hashes(600, 5);
  for (const unsigned threads : {1U, 2U}) {
    EXPECT_THROW(for_each_near_pair(hashes, threads, [](unsigned, std::uint32_t, std::uint32_t) { throw Stopped(); }),
                 Stopped);
  }
  for_each_near_pair({}, 2, [](unsigned, std::uint32_t, std::uint32_t) { FAIL(); });
}

}  // namespace
}  // namespace ersatz::data
