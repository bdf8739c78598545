#include "data/codec/format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ersatz::data {

std::uint8_t* Canvas::begin(const Header& header) {
  check_size(header.shape);
  return room(header);
}

void check_size(ImageShape shape) {
  const auto [height, width] = shape;
  if (height < 1 || width < 1) throw Error("has no pixels");
  if (height > kLargestSide || width > kLargestSide) {
    throw Error(
        fmt::format("is {} x {} pixels; ersatz reads images up to {} x {}", width, height, kLargestSide, kLargestSide));
  }
  if (std::int64_t{height} * width > kMostPixels) {
    throw Error(fmt::format("is {} x {} pixels; ersatz reads images of up to {} million pixels", width, height,
                            kMostPixels / 1'000'000));
  }
}

std::uint8_t* rgba_room(ImageShape shape) {
  thread_local std::vector<std::uint8_t> room;
  const std::size_t bytes = static_cast<std::size_t>(shape.height) * shape.width * 4;
  if (room.size() > kKeptBytes) room = {};
  if (room.size() < bytes) room.resize(bytes);
  return room.data();
}

void lay_over_white(const std::uint8_t* rgba, ImageShape shape, std::uint8_t* pixels, Remarks& remarks) {
  const std::size_t count = static_cast<std::size_t>(shape.height) * shape.width;
  std::uint8_t least = 255;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t alpha = rgba[4 * i + 3];
    least = std::min(least, rgba[4 * i + 3]);
    for (std::size_t c = 0; c < 3; ++c) {
      // 255 times the result with 7 more bits, and half of one to round; then / 255 as (n + n / 256) / 256.
      const std::uint32_t sum = (rgba[4 * i + c] * alpha + 255 * (255 - alpha) + 128) << 7;
      pixels[3 * i + c] = static_cast<std::uint8_t>(((sum >> 8) + sum) >> 15);
    }
  }
  if (least < 255) remarks.over_white = true;
}

}  // namespace ersatz::data
