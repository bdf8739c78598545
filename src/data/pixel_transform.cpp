#include "data/pixel_transform.hpp"

#include <algorithm>

#include "base/vectorised.hpp"

// This file is compiled without contraction of a * b - c to one rounding, so that all versions of a loop give the same
// bits.

namespace ersatz::data {
namespace {

constexpr std::size_t kBlock = 1024;  // pixels at a time; the intermediate planes stay in L1

/// Pixels -> one plane per channel.
[[gnu::always_inline]] inline void to_planes(const std::uint8_t* __restrict rgb, std::size_t n,
                                             std::uint8_t* __restrict r, std::uint8_t* __restrict g,
                                             std::uint8_t* __restrict b) {
  for (std::size_t i = 0; i < n; ++i) {
    r[i] = rgb[3 * i];
    g[i] = rgb[3 * i + 1];
    b[i] = rgb[3 * i + 2];
  }
}

/// Three planes -> grey levels. All sums are whole numbers below 2^24, so that float holds them
/// exactly; it multiplies faster than 32-bit integers do.
[[gnu::always_inline]] inline void to_grey(const std::uint8_t* __restrict r, const std::uint8_t* __restrict g,
                                           const std::uint8_t* __restrict b, std::size_t n,
                                           std::uint8_t* __restrict grey) {
  for (std::size_t i = 0; i < n; ++i) {
    const float sum = 19595.0F * static_cast<float>(r[i]) + 38470.0F * static_cast<float>(g[i]) +
                      7471.0F * static_cast<float>(b[i]) + 32768.0F;
    grey[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(sum) >> 16);
  }
}

[[gnu::always_inline]] inline void scale(const std::uint8_t* __restrict from, std::size_t n, float factor,
                                         float* __restrict to) {
  for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]) * factor;
}

[[gnu::always_inline]] inline void normalise(const std::uint8_t* __restrict from, std::size_t n, float factor,
                                             float mean, float deviation, float* __restrict to) {
  for (std::size_t i = 0; i < n; ++i) to[i] = (static_cast<float>(from[i]) * factor - mean) / deviation;
}

}  // namespace

void transform_pixels(const PixelTransform& transform, ImageShape shape, const std::uint8_t* pixels, float* values) {
  const std::size_t size = static_cast<std::size_t>(shape.height) * shape.width;
  const auto write = [&](std::size_t channel, const std::uint8_t* plane, std::size_t first, std::size_t n) {
    float* to = values + channel * size + first;
    const float mean = transform.mean[channel], deviation = transform.deviation[channel];
    // x - 0 and x / 1 are exact: leaving them out changes nothing but the time.
    if (mean == 0 && deviation == 1) {
      vectorised<scale>(plane, n, transform.scale, to);
    } else {
      vectorised<normalise>(plane, n, transform.scale, mean, deviation, to);
    }
  };
  alignas(64) std::uint8_t planes[4][kBlock];
  for (std::size_t first = 0; first < size; first += kBlock) {
    const std::size_t n = std::min(kBlock, size - first);
    const bool bgr = transform.channels == Channels::bgr;
    vectorised<to_planes>(pixels + 3 * first, n, planes[bgr ? 2 : 0], planes[1], planes[bgr ? 0 : 2]);
    if (transform.channels == Channels::grey) {
      vectorised<to_grey>(planes[0], planes[1], planes[2], n, planes[3]);
      write(0, planes[3], first, n);
    } else {
      for (std::size_t c = 0; c < 3; ++c) write(c, planes[c], first, n);
    }
  }
}

}  // namespace ersatz::data
