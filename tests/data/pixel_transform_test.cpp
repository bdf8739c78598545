#include "data/pixel_transform.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <span>
#include <vector>

#include "base/hash.hpp"
#include "data/make_data.hpp"

namespace ersatz::data {
namespace {

/// The definition, one value at a time; every step rounds once, as the header's formula says.
float reference(const PixelTransform& transform, const std::uint8_t* pixel, int channel) {
  volatile float value = 0;
  std::size_t constant = static_cast<std::size_t>(channel);
  if (transform.channels == Channels::grey) {
    value = static_cast<float>((19595U * pixel[0] + 38470U * pixel[1] + 7471U * pixel[2] + 32768U) >> 16);
  } else {
    value = pixel[transform.channels == Channels::rgb ? channel : 2 - channel];
  }
  value = value * transform.scale;
  value = value - transform.mean[constant];
  value = value / transform.deviation[constant];
  return value;
}

// All bits: the result may not depend on the instruction set that was compiled for or is run on.
TEST(PixelTransform, EqualsItsDefinitionToTheBit) {
  for (const ImageShape shape :
       {ImageShape{1, 1}, ImageShape{3, 5}, ImageShape{32, 32}, ImageShape{31, 37}, ImageShape{64, 50}}) {
    const auto pixels = testing::image_pixels(shape.height * 100 + shape.width, shape);
    for (const Channels channels : {Channels::grey, Channels::rgb, Channels::bgr}) {
      for (const bool plain : {true, false}) {
        PixelTransform transform;
        transform.channels = channels;
        if (!plain) {
          transform.mean = {0.485F, 0.456F, 0.406F};
          transform.deviation = {0.229F, 0.224F, 0.225F};
        }
        const std::size_t size = static_cast<std::size_t>(shape.height) * shape.width;
        std::vector<float> values(size * static_cast<std::size_t>(transform.channel_count()) + 1, -7);
        transform_pixels(transform, shape, pixels.data(), values.data());
        for (int c = 0; c < transform.channel_count(); ++c) {
          for (std::size_t i = 0; i < size; ++i) {
            const float expected = reference(transform, &pixels[3 * i], c);
            ASSERT_EQ(std::memcmp(&expected, &values[static_cast<std::size_t>(c) * size + i], sizeof expected), 0)
                << "channel " << c << " pixel " << i;
          }
        }
        EXPECT_EQ(values.back(), -7) << "nothing may be written behind the image";
      }
    }
  }
}

// Hashes of this program's own values: the same under every ERSATZ_MAX_ISA and on every processor.
TEST(PixelTransform, KeepsItsBits) {
  const ImageShape shape{31, 37};
  const auto pixels = testing::image_pixels(5, shape);
  const auto hash = [&](Channels channels) {
    PixelTransform transform;
    transform.channels = channels;
    transform.mean = {0.485F, 0.456F, 0.406F};
    transform.deviation = {0.229F, 0.224F, 0.225F};
    const std::size_t size = static_cast<std::size_t>(shape.height) * shape.width;
    std::vector<float> values(size * static_cast<std::size_t>(transform.channel_count()));
    transform_pixels(transform, shape, pixels.data(), values.data());
    return to_hex(sha256(std::as_bytes(std::span(values))), 16);
  };
  EXPECT_EQ(hash(Channels::grey), "5e36f3c4bdb8d669");
  EXPECT_EQ(hash(Channels::rgb), "dedbb05007ece6b4");
  EXPECT_EQ(hash(Channels::bgr), "8fc03e838234acff");
}

TEST(PixelTransform, GreyIsRightForEveryColourOnAGrid) {
  PixelTransform transform;
  transform.channels = Channels::grey;
  transform.scale = 1;
  std::vector<std::uint8_t> pixels;
  for (int r = 0; r < 256; r += 5) {
    for (int g = 0; g < 256; g += 3) {
      for (int b = 0; b < 256; b += 15)
        pixels.insert(pixels.end(),
                      {static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(g), static_cast<std::uint8_t>(b)});
    }
  }
  const ImageShape shape{1, static_cast<int>(pixels.size() / 3)};
  std::vector<float> values(pixels.size() / 3);
  transform_pixels(transform, shape, pixels.data(), values.data());
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], reference(transform, &pixels[3 * i], 0)) << i;
}

}  // namespace
}  // namespace ersatz::data
