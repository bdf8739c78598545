#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "base/random.hpp"
#include "data/make_store.hpp"
#include "data/match/color_match.hpp"
#include "data/match/matched_images.hpp"
#include "data/match/spectrum_match.hpp"

namespace ersatz::data {
namespace {

using testing::MadeStore;

std::vector<ImageReference> all_of(const ImageStore& store) { return select_all(store).images; }

// Smooth noise around a colour, with channels that go together.
std::vector<std::uint8_t> smooth(Random& random, ImageShape shape, std::array<float, 3> mean, float spread,
                                 float roughness) {
  std::vector<std::uint8_t> pixels;
  const float phase = random.uniform() * 6, slope = random.uniform(), level = spread * (random.uniform() - 0.5F);
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const float shared =
          spread * std::sin(phase + slope * static_cast<float>(x) + 0.4F * static_cast<float>(y)) + level;
      for (const float m : mean) {
        pixels.push_back(static_cast<std::uint8_t>(m + shared + roughness * (random.uniform() - 0.5F)));
      }
    }
  }
  return pixels;
}

MadeStore population(const std::string& name, ImageShape shape, std::array<float, 3> mean, float spread,
                     float roughness) {
  Random random(1, name);
  std::vector<std::vector<std::uint8_t>> images;
  for (int i = 0; i < 60; ++i) images.push_back(smooth(random, shape, mean, spread, roughness));
  return MadeStore(name, shape, images);
}

MadeStore matched(const std::string& name, const MadeStore& from, const ImageMatch& match) {
  std::vector<std::vector<std::uint8_t>> images;
  for (const ImageReference& image : all_of(from.store())) {
    match.apply(image.pixels(), images.emplace_back(from.store().shape().bytes()).data());
  }
  return MadeStore(name, from.store().shape(), images);
}

// Nothing is clipped here, so that what is left is the rounding to whole levels.
TEST(ColorMatch, GivesAPopulationTheMeansAndCovariancesOfAnother) {
  const MadeStore real = population("real", {12, 12}, {120, 110, 100}, 25, 30);
  const MadeStore fake = population("fake", {12, 12}, {140, 120, 150}, 15, 50);
  const ColorStatistics wanted = color_statistics(all_of(real.store())), own = color_statistics(all_of(fake.store()));
  const MadeStore moved = matched("moved", fake, ColorMatch(own, wanted));
  const ColorStatistics now = color_statistics(all_of(moved.store()));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(now.mean[i], wanted.mean[i], 0.1);
    EXPECT_GT(std::abs(own.mean[i] - wanted.mean[i]), 5);
    for (std::size_t k = 0; k < 3; ++k) {
      // Rounding adds 1/12 to each variance.
      EXPECT_NEAR(now.covariance[i][k], wanted.covariance[i][k] + (i == k ? 1.0 / 12 : 0), 1.0) << i << k;
      EXPECT_GT(std::abs(own.covariance[i][k] - wanted.covariance[i][k]), 20);
    }
  }
}

TEST(ColorMatch, OfAPopulationToItselfChangesNothing) {
  const MadeStore real = population("real", {12, 12}, {120, 110, 100}, 25, 30);
  const ColorStatistics own = color_statistics(all_of(real.store()));
  const MadeStore moved = matched("moved", real, ColorMatch(own, own));
  for (std::uint32_t i = 0; i < real.store().size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(real.store().image(i), moved.store().image(i)));
  }
}

TEST(ColorMatch, OfGreyImagesAddsNoColour) {
  Random random(1, "grey");
  std::vector<std::vector<std::uint8_t>> grey(20);
  for (auto& image : grey) {
    for (int i = 0; i < 64; ++i) image.insert(image.end(), 3, static_cast<std::uint8_t>(90 + random.below(60)));
  }
  const MadeStore fake("grey", {8, 8}, grey), real = population("real", {8, 8}, {120, 110, 100}, 25, 30);
  const ColorStatistics wanted = color_statistics(all_of(real.store()));
  const MadeStore moved = matched("moved", fake, ColorMatch(color_statistics(all_of(fake.store())), wanted));
  const ColorStatistics now = color_statistics(all_of(moved.store()));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(now.mean[i], wanted.mean[i], 0.5);
    EXPECT_TRUE(std::isfinite(now.covariance[i][i]));
  }
  // One number decides all three channels: whatever is equal stays equal.
  const auto pixels = fake.store().image(0), changed = moved.store().image(0);
  for (std::size_t a = 0; a < pixels.size(); a += 3) {
    for (std::size_t b = 0; b < a; b += 3) {
      if (pixels[a] != pixels[b]) continue;
      EXPECT_EQ(changed[a + 1], changed[b + 1]);
    }
  }
}

// By the definition of the discrete Fourier transform.
SpectrumStatistics slow_statistics(const std::vector<ImageReference>& images) {
  SpectrumStatistics result;
  const ImageShape shape = result.shape = images.front().store->shape();
  const double longer = std::max(shape.height, shape.width);
  std::array<std::vector<double>, 3> counts;
  for (const ImageReference& image : images) {
    for (int ky = 0; ky < shape.height; ++ky) {
      for (int kx = 0; kx < shape.width; ++kx) {
        const double down = (ky > shape.height / 2 ? ky - shape.height : ky) / static_cast<double>(shape.height);
        const double across = (kx > shape.width / 2 ? kx - shape.width : kx) / static_cast<double>(shape.width);
        const auto ring = static_cast<std::size_t>(std::floor(longer * std::sqrt(down * down + across * across) + 0.5));
        for (std::size_t c = 0; c < 3; ++c) {
          std::complex<double> sum;
          for (int y = 0; y < shape.height; ++y) {
            for (int x = 0; x < shape.width; ++x) {
              const double angle =
                  -2 * std::numbers::pi *
                  (static_cast<double>(ky * y) / shape.height + static_cast<double>(kx * x) / shape.width);
              sum += std::polar<double>(image.pixels()[static_cast<std::size_t>(y * shape.width + x) * 3 + c], angle);
            }
          }
          if (result.power[c].size() <= ring) result.power[c].resize(ring + 1), counts[c].resize(ring + 1);
          result.power[c][ring] += std::norm(sum);
          ++counts[c][ring];
        }
      }
    }
  }
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t ring = 0; ring < counts[c].size(); ++ring) result.power[c][ring] /= std::max(1.0, counts[c][ring]);
  }
  return result;
}

TEST(SpectrumMatch, PowersAreThoseOfTheDefinition) {
  for (const ImageShape shape : {ImageShape{8, 8}, ImageShape{5, 7}, ImageShape{1, 6}}) {
    const MadeStore some = population("some", shape, {120, 110, 100}, 25, 30);
    const auto images = all_of(some.store());
    const std::vector<ImageReference> few(images.begin(), images.begin() + 3);
    const SpectrumStatistics fast = spectrum_statistics(few), slow = slow_statistics(few);
    for (std::size_t c = 0; c < 3; ++c) {
      ASSERT_EQ(fast.power[c].size(), slow.power[c].size());
      for (std::size_t ring = 0; ring < slow.power[c].size(); ++ring) {
        EXPECT_NEAR(fast.power[c][ring], slow.power[c][ring], 1e-9 * (1 + slow.power[c][ring])) << ring;
      }
    }
  }
}

TEST(SpectrumMatch, GivesAPopulationTheRingPowersOfAnother) {
  for (const ImageShape shape : {ImageShape{16, 16}, ImageShape{9, 14}}) {
    const MadeStore real = population("real", shape, {120, 110, 100}, 25, 60);
    const MadeStore fake = population("fake", shape, {140, 120, 150}, 15, 90);
    const SpectrumStatistics wanted = spectrum_statistics(all_of(real.store()));
    const SpectrumStatistics own = spectrum_statistics(all_of(fake.store()));
    const MadeStore moved = matched("moved", fake, SpectrumMatch(own, wanted));
    const SpectrumStatistics now = spectrum_statistics(all_of(moved.store()));
    // Rounding adds a power of 1/12 for each pixel to every frequency.
    const double rounding = shape.height * shape.width / 12.0;
    for (std::size_t c = 0; c < 3; ++c) {
      std::size_t different = 0;
      for (std::size_t ring = 0; ring < wanted.power[c].size(); ++ring) {
        if (wanted.power[c][ring] == 0) continue;
        EXPECT_NEAR(now.power[c][ring], wanted.power[c][ring], 0.02 * wanted.power[c][ring] + 2 * rounding) << ring;
        if (std::abs(own.power[c][ring] / wanted.power[c][ring] - 1) > 0.1) ++different;
      }
      EXPECT_GT(different, wanted.power[c].size() / 2);
    }
  }
}

// There is nothing whose amplitude could be changed, and rounding in the transform is no picture.
TEST(SpectrumMatch, OfFlatImagesLeavesThemFlat) {
  const ImageShape shape{9, 14};
  const MadeStore real = population("real", shape, {120, 110, 100}, 25, 60);
  const MadeStore flat("flat", shape, {std::vector<std::uint8_t>(shape.bytes(), 77)});
  const MadeStore moved =
      matched("moved", flat,
              SpectrumMatch(spectrum_statistics(all_of(flat.store())), spectrum_statistics(all_of(real.store()))));
  const auto pixels = moved.store().image(0);
  for (std::size_t i = 0; i < pixels.size(); ++i) EXPECT_EQ(pixels[i], pixels[i % 3]);
  EXPECT_NEAR(pixels[0], 120, 5) << "ring 0 is the mean level";
}

// A wave is larger or smaller afterwards, and where it was.
TEST(SpectrumMatch, LeavesPhasesAsTheyAre) {
  const ImageShape shape{16, 16};
  const auto wave = [&](double amplitude) {
    std::vector<std::uint8_t> pixels;
    for (int y = 0; y < 16; ++y) {
      for (int x = 0; x < 16; ++x) {
        const double value = 128 + amplitude * std::cos(2 * std::numbers::pi * 3 * x / 16 + 0.7);
        pixels.insert(pixels.end(), 3, static_cast<std::uint8_t>(std::lround(value)));
      }
    }
    return pixels;
  };
  const MadeStore strong("strong", shape, {wave(80)}), weak("weak", shape, {wave(20)});
  const SpectrumMatch match(spectrum_statistics(all_of(weak.store())), spectrum_statistics(all_of(strong.store())));
  const MadeStore moved = matched("moved", weak, match);
  for (std::size_t i = 0; i < shape.bytes(); ++i) {
    EXPECT_NEAR(moved.store().image(0)[i], strong.store().image(0)[i], 4) << i;
  }
}

TEST(MatchedImages, AreTheSameWhetherTheyAreKeptOrNot) {
  const MadeStore real = population("real", {12, 12}, {120, 110, 100}, 25, 30);
  const MadeStore fake = population("fake", {12, 12}, {140, 120, 150}, 15, 50);
  const auto match = std::make_shared<SpectrumMatch>(spectrum_statistics(all_of(fake.store())),
                                                     spectrum_statistics(all_of(real.store())));
  std::vector<ImageReference> images = all_of(real.store());
  for (const ImageReference& image : all_of(fake.store())) images.push_back(image);
  MatchedImages shown(images, {{&fake.store(), match}});
  std::vector<std::uint8_t> expected(fake.store().shape().bytes());
  for (int again = 0; again < 2; ++again) {
    for (std::uint32_t i = 0; i < images.size(); ++i) {
      match->apply(images[i].pixels(), expected.data());
      const auto pixels = shown.pixels(i);
      EXPECT_TRUE(std::ranges::equal(pixels, i < 60 ? images[i].pixels() : std::span<const std::uint8_t>(expected)));
    }
  }
}

TEST(MatchedImages, AreKeptUpToALimit) {
  EXPECT_EQ(MatchedImages::kept_bytes(1000, {32, 32}), 1000U * 3072);
  EXPECT_LE(MatchedImages::kept_bytes(1'000'000, {224, 224}), 256'000'000U);
}

}  // namespace
}  // namespace ersatz::data
