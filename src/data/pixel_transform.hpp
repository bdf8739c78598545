#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "data/image_store.hpp"

namespace ersatz::data {

enum class Channels { grey, rgb, bgr };

/// How pixels become numbers: value = (pixel * scale - mean[c]) / deviation[c], for every channel
/// in the order `channels` says. Grey is Pillow's convert("L"):
/// (19595 R + 38470 G + 7471 B + 32768) >> 16, and uses mean[0] and deviation[0].
struct PixelTransform {
  Channels channels = Channels::rgb;
  float scale = 1.0F / 255.0F;
  std::array<float, 3> mean{0, 0, 0};
  std::array<float, 3> deviation{1, 1, 1};

  int channel_count() const { return channels == Channels::grey ? 1 : 3; }
};

/// Pixels [height, width, 3] uint8 -> values [channels, height, width] float.
void transform_pixels(const PixelTransform& transform, ImageShape shape, const std::uint8_t* pixels, float* values);

}  // namespace ersatz::data
