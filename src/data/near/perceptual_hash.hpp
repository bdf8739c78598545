#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "data/image_store.hpp"

namespace ersatz::data {

/// An image at 16 x 16 pixels, RGB.
using SmallCopy = std::array<std::uint8_t, 16 * 16 * 3>;

/// What an image looks like, in little.
struct Look {
  SmallCopy copy;
  /// The 64 lowest frequencies of the grey image, each as one bit: whether it is above their median ("pHash": C.
  /// Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010). The same under every
  /// instruction set.
  std::uint64_t hash = 0;
  /// Hardly anything is to be seen: the bits of the hash are noise.
  bool flat = false;
};

/// Of pixels [height, width, 3] of any size; other proportions are squashed.
Look look_at(std::span<const std::uint8_t> pixels, ImageShape shape);

/// The small copy alone.
SmallCopy small_copy(std::span<const std::uint8_t> pixels, ImageShape shape);

/// The sum of the absolute differences of all 768 values: divided by 768, the mean in levels of 0 .. 255.
std::uint32_t difference(const SmallCopy& a, const SmallCopy& b);

}  // namespace ersatz::data
