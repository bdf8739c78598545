#include "data/near/perceptual_hash.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

#include "data/codec/resample.hpp"

namespace ersatz::data {
namespace {

constexpr int kSide = 32;        ///< of the copy that is hashed; CIFAKE's images as they are
constexpr int kFrequencies = 9;  ///< of each direction, with 0
constexpr int kFlatRange = 8;    ///< levels between the darkest and the brightest of 8 x 8 areas
constexpr int kCosineBits = 14;

using Copy32 = std::array<std::uint8_t, kSide * kSide * 3>;

const std::uint8_t* at_32(std::span<const std::uint8_t> pixels, ImageShape shape, Copy32& memory) {
  if (shape == ImageShape{kSide, kSide}) return pixels.data();
  const Box whole{0, 0, static_cast<float>(shape.width), static_cast<float>(shape.height)};
  resample(pixels.data(), shape, whole, Filter::bilinear, {kSide, kSide}, memory.data(), std::size_t{3} * kSide);
  return memory.data();
}

SmallCopy halved(const std::uint8_t* pixels) {
  SmallCopy copy;
  constexpr std::size_t kRow = std::size_t{3} * kSide;
  for (std::size_t y = 0; y < kSide / 2; ++y) {
    for (std::size_t x = 0; x < kSide / 2; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        const std::uint8_t* p = pixels + 2 * y * kRow + 6 * x + c;
        copy[(y * kSide / 2 + x) * 3 + c] = static_cast<std::uint8_t>((p[0] + p[3] + p[kRow] + p[kRow + 3] + 2) / 4);
      }
    }
  }
  return copy;
}

using Grey = std::array<std::array<int, kSide>, kSide>;

Grey grey_of(const std::uint8_t* pixels) {
  Grey grey;
  for (auto& row : grey) {
    for (int& value : row) {
      value = (299 * pixels[0] + 587 * pixels[1] + 114 * pixels[2] + 500) / 1000;
      pixels += 3;
    }
  }
  return grey;
}

bool is_flat(const Grey& grey) {
  int least = 255 * 16, most = 0;
  for (std::size_t top = 0; top < kSide; top += 4) {
    for (std::size_t left = 0; left < kSide; left += 4) {
      int sum = 0;
      for (std::size_t y = 0; y < 4; ++y) {
        for (std::size_t x = 0; x < 4; ++x) sum += grey[top + y][left + x];
      }
      least = std::min(least, sum);
      most = std::max(most, sum);
    }
  }
  return most - least < kFlatRange * 16;
}

/// The discrete cosine transform's waves in whole numbers, so that sums are exact.
std::array<std::array<int, kSide>, kFrequencies> waves() {
  std::array<std::array<int, kSide>, kFrequencies> table;
  for (int u = 0; u < kFrequencies; ++u) {
    const double scale = (1 << kCosineBits) * (u == 0 ? std::numbers::sqrt2 / 2 : 1);
    for (int x = 0; x < kSide; ++x) {
      table[static_cast<std::size_t>(u)][static_cast<std::size_t>(x)] =
          static_cast<int>(std::lround(scale * std::cos(std::numbers::pi * (2 * x + 1) * u / (2 * kSide))));
    }
  }
  return table;
}

/// The coefficients of the lowest 64 frequencies but for the mean, by the sum of both frequencies.
std::array<std::int64_t, 64> low_frequencies(const Grey& grey) {
  static const auto table = waves();
  std::array<std::array<int, kSide>, kFrequencies> rows{};  // [frequency across][row]
  for (std::size_t u = 0; u < kFrequencies; ++u) {
    for (std::size_t y = 0; y < kSide; ++y) {
      for (std::size_t x = 0; x < kSide; ++x) rows[u][y] += grey[y][x] * table[u][x];  // below 2^27
    }
  }
  std::array<std::int64_t, 64> low{};
  std::size_t count = 0;
  for (std::size_t sum = 1; count < low.size(); ++sum) {
    for (std::size_t v = sum < kFrequencies ? 0 : sum + 1 - kFrequencies; v <= std::min<std::size_t>(sum, 8); ++v) {
      if (count == low.size()) break;
      for (std::size_t y = 0; y < kSide; ++y) low[count] += std::int64_t{rows[sum - v][y]} * table[v][y];
      ++count;
    }
  }
  return low;
}

std::uint64_t hash_of(const Grey& grey) {
  const auto low = low_frequencies(grey);
  auto sorted = low;
  std::nth_element(sorted.begin(), sorted.begin() + 32, sorted.end());
  std::uint64_t hash = 0;
  // Neighbouring frequencies go into different bytes, so that each byte has some of all (hash_pairs.hpp looks at
  // bytes).
  for (std::size_t i = 0; i < low.size(); ++i) {
    if (low[i] >= sorted[32]) hash |= std::uint64_t{1} << (i % 8 * 8 + i / 8);
  }
  return hash;
}

}  // namespace

Look look_at(std::span<const std::uint8_t> pixels, ImageShape shape) {
  Copy32 memory;
  const std::uint8_t* copy = at_32(pixels, shape, memory);
  const Grey grey = grey_of(copy);
  return {halved(copy), hash_of(grey), is_flat(grey)};
}

SmallCopy small_copy(std::span<const std::uint8_t> pixels, ImageShape shape) {
  Copy32 memory;
  return halved(at_32(pixels, shape, memory));
}

std::uint32_t difference(const SmallCopy& a, const SmallCopy& b) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<std::uint32_t>(std::abs(int{a[i]} - int{b[i]}));
  return sum;
}

}  // namespace ersatz::data
