// The change "resize": an image made smaller and its old size again.

#include <gtest/gtest.h>

#include <vector>

#include "base/random.hpp"
#include "data/augment/augmenter.hpp"
#include "data/codec/resample.hpp"

namespace ersatz::data {
namespace {

using Image = std::vector<std::uint8_t>;

constexpr ImageShape kShape{24, 32};

Image random_image() {
  Image image(kShape.bytes());
  Random random(1, "image");
  for (std::uint8_t& value : image) value = static_cast<std::uint8_t>(random.below(256));
  return image;
}

Image shrunk(double factor) {
  Image image = random_image();
  Augmenter({Shrink{1, factor, factor}}, 1).apply(image, kShape, 1, 7);
  return image;
}

// Made `small` and the whole size again.
Image resampled(ImageShape small) {
  const Image image = random_image();
  const auto all_of = [](ImageShape shape) {
    return Box{0, 0, static_cast<float>(shape.width), static_cast<float>(shape.height)};
  };
  Image between(small.bytes()), result(kShape.bytes());
  resample(image.data(), kShape, all_of(kShape), Filter::bicubic, small, between.data(), std::size_t{3} * small.width);
  resample(between.data(), small, all_of(small), Filter::bicubic, kShape, result.data(), std::size_t{3} * kShape.width);
  return result;
}

TEST(AugmenterResize, ShrinksByTheFactorAndEnlargesAgain) {
  EXPECT_EQ(shrunk(2), resampled({12, 16}));
  EXPECT_EQ(shrunk(1.5), resampled({16, 21}));
  EXPECT_EQ(shrunk(64), resampled({1, 1}));
  EXPECT_EQ(shrunk(1), random_image());
}

}  // namespace
}  // namespace ersatz::data
