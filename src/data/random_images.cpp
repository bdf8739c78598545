#include "data/random_images.hpp"

#include "base/random.hpp"

namespace ersatz::data {

RandomImages::RandomImages(PixelTransform transform, ImageShape shape, int classes, std::size_t images)
    : transform_(transform), shape_(shape), pixels_(images * shape.bytes()) {
  Random random(1, "random images");
  for (auto& value : pixels_) value = static_cast<std::uint8_t>(random.below(256));
  for (std::size_t i = 0; i < images; ++i) labels_.push_back(static_cast<std::int32_t>(i) % classes);
}

void RandomImages::fill(std::span<const std::uint32_t> indices, int /*epoch*/, float* out) const {
  const auto [channels, height, width] = shape();
  for (const std::uint32_t i : indices) {
    transform_pixels(transform_, shape_, pixels_.data() + i * shape_.bytes(), out);
    out += static_cast<std::size_t>(channels) * height * width;
  }
}

}  // namespace ersatz::data
