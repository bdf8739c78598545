#include "audit/image_traits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "audit/residual.hpp"

namespace ersatz::audit {
namespace {

using Pixels = std::vector<std::uint8_t>;

Pixels flat(data::ImageShape shape, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  Pixels pixels;
  for (int i = 0; i < shape.height * shape.width; ++i) pixels.insert(pixels.end(), {red, green, blue});
  return pixels;
}

// Grey waves, `cycles` of them across.
Pixels waves(data::ImageShape shape, double cycles) {
  Pixels pixels;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const double value = 128 + 100 * std::sin(2 * std::numbers::pi * cycles * (x + .5) / shape.width);
      pixels.insert(pixels.end(), 3, static_cast<std::uint8_t>(std::lround(value)));
    }
  }
  return pixels;
}

double trait(const Measurer& measurer, Trait which) { return measurer.traits()[static_cast<std::size_t>(which)]; }

std::vector<float> values_of(const Measurer& measurer, Evidence evidence) {
  std::vector<float> values;
  measurer.append(evidence, values);
  return values;
}

TEST(Traits, OfAFlatImageAreItsColor) {
  const data::ImageShape shape{32, 32};
  Measurer measurer(shape);
  const Pixels pixels = flat(shape, 200, 100, 50);
  measurer.look_at(pixels);
  EXPECT_EQ(trait(measurer, Trait::red), 200);
  EXPECT_EQ(trait(measurer, Trait::blue), 50);
  EXPECT_NEAR(trait(measurer, Trait::saturation), .75, 1e-12);
  EXPECT_NEAR(trait(measurer, Trait::contrast), 0, 1e-6);
  EXPECT_NEAR(trait(measurer, Trait::sharpness), 0, 1e-12);
  for (std::size_t ring = 0; ring < kRings; ++ring) EXPECT_NEAR(measurer.traits()[6 + ring], 0, 1e-9);
  const std::vector<float> colours = values_of(measurer, Evidence::colours);
  EXPECT_NEAR(colours[3 * 16 + 1 * 4 + 0], 1, 1e-5);
}

TEST(Traits, SpectrumHasWavesInTheirRing) {
  const data::ImageShape shape{32, 32};
  Measurer measurer(shape);
  for (const int cycles : {1, 5, 12, 16}) {
    const Pixels pixels = waves(shape, cycles);
    measurer.look_at(pixels);
    const auto traits = measurer.traits();
    const auto most = std::max_element(traits.begin() + 6, traits.end()) - (traits.begin() + 6);
    EXPECT_EQ(most, cycles - 1) << "16 rings of one cycle each";
  }
}

TEST(Traits, ContrastAndSharpnessAreThoseOfLuma) {
  const data::ImageShape shape{16, 16};
  Pixels pixels;
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) pixels.insert(pixels.end(), 3, static_cast<std::uint8_t>((x + y) % 2 == 0 ? 110 : 90));
  }
  Measurer measurer(shape);
  measurer.look_at(pixels);
  EXPECT_NEAR(trait(measurer, Trait::contrast), 10, 1e-6);
  EXPECT_NEAR(trait(measurer, Trait::sharpness), std::log1p(80. * 80), 1e-9) << "4 x 20 everywhere";
}

TEST(Evidence, HasTheSameNumberOfValuesForEveryImage) {
  const data::ImageShape shape{32, 32};
  Measurer measurer(shape);
  const Pixels pixels = waves(shape, 3);
  measurer.look_at(pixels);
  EXPECT_EQ(values_of(measurer, Evidence::mean_colour).size(), 3U);
  EXPECT_EQ(values_of(measurer, Evidence::colours).size(), 64U);
  EXPECT_EQ(values_of(measurer, Evidence::spectrum).size(), kRings);
  EXPECT_EQ(values_of(measurer, Evidence::blurred).size(), 192U);
  EXPECT_EQ(values_of(measurer, Evidence::residual).size(), 48U);
  const std::vector<float> all = values_of(measurer, Evidence::pixels);
  ASSERT_EQ(all.size(), pixels.size());
  EXPECT_TRUE(std::ranges::equal(all, pixels, [](float value, std::uint8_t pixel) { return value == pixel; }));
}

TEST(Evidence, OfALargeImageIsOfPartsOrOfTheMiddle) {
  const data::ImageShape shape{200, 300};
  Pixels pixels = flat(shape, 10, 20, 30);
  Measurer measurer(shape);
  measurer.look_at(pixels);
  EXPECT_EQ(values_of(measurer, Evidence::pixels).size(), 32U * 32 * 3);
  const double before = trait(measurer, Trait::sharpness);
  pixels[0] = 255;  // a corner, which is not in the middle
  measurer.look_at(pixels);
  EXPECT_EQ(trait(measurer, Trait::sharpness), before);
  EXPECT_GT(values_of(measurer, Evidence::pixels)[0], 10);
}

// Nine fields of a board of +-10 add up to +-10: their mean leaves +-(10 - 10 / 9).
TEST(Residual, OfACheckerboardTurnsRoundWithEveryNeighbour) {
  const data::ImageShape shape{64, 64};
  Pixels pixels;
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) pixels.insert(pixels.end(), 3, static_cast<std::uint8_t>((x + y) % 2 == 0 ? 110 : 90));
  }
  std::vector<float> values;
  append_residual(pixels, shape, values);
  ASSERT_EQ(values.size(), 48U);
  EXPECT_NEAR(std::expm1(values[0]), std::pow(10. - 10. / 9, 2), 2.) << "variance";
  EXPECT_NEAR(values[1], 1, .05) << "kurtosis of two values";
  EXPECT_NEAR(values[2], -1, .05) << "to the right";
  EXPECT_NEAR(values[3], -1, .05) << "below";
  EXPECT_NEAR(values[4], 1, .05) << "diagonal";
  EXPECT_NEAR(values[5], 1, .05) << "two to the right";
  EXPECT_NEAR(values[7 + 5], 1, .1) << "sizes of 8 to 16";
  EXPECT_NEAR(values[47], 1, 1e-5) << "the channels are equal";
}

TEST(Residual, OfAFlatImageIsNothing) {
  std::vector<float> values;
  append_residual(flat({5, 1}, 9, 9, 9), {5, 1}, values);
  ASSERT_EQ(values.size(), 48U);
  EXPECT_EQ(values[0], 0);
  EXPECT_EQ(values[7], 1) << "all of size 0";
  for (const float value : values) EXPECT_TRUE(std::isfinite(value));
}

}  // namespace
}  // namespace ersatz::audit
