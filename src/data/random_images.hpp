#pragma once

#include <cstdint>
#include <vector>

#include "data/batch_source.hpp"

namespace ersatz::data {

/// Images of random pixels in memory, read through a transform as real ones are: for measuring speed, which does not
/// depend on what the images show.
class RandomImages : public BatchSource {
 public:
  RandomImages(PixelTransform transform, ImageShape shape, int classes, std::size_t images = 4096);

  std::array<int, 3> shape() const override { return {transform_.channel_count(), shape_.height, shape_.width}; }
  std::span<const std::int32_t> labels() const override { return labels_; }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override;

 private:
  PixelTransform transform_;
  ImageShape shape_;
  std::vector<std::uint8_t> pixels_;
  std::vector<std::int32_t> labels_;
};

}  // namespace ersatz::data
