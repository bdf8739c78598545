#include "data/augment/augmenter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "data/batch_source.hpp"
#include "data/make_data.hpp"

namespace ersatz::data {
namespace {

using ::testing::HasSubstr;
using Image = std::vector<std::uint8_t>;

constexpr ImageShape kShape{24, 32};

Image random_image(std::uint64_t seed = 1) {
  Image image(kShape.bytes());
  Random random(seed, "image");
  for (std::uint8_t& value : image) value = static_cast<std::uint8_t>(random.below(256));
  return image;
}

Image augmented(const std::vector<Augmentation>& list, Image image, int epoch = 1, std::uint64_t name = 7,
                std::uint64_t seed = 1) {
  Augmenter(list, seed).apply(image, kShape, epoch, name);
  return image;
}

const std::uint8_t* pixel(const Image& image, int y, int x) {
  return &image[3 * (static_cast<std::size_t>(y) * kShape.width + x)];
}

Image mirrored(const Image& image) {
  Image result(image.size());
  for (int y = 0; y < kShape.height; ++y) {
    for (int x = 0; x < kShape.width; ++x) {
      std::copy_n(pixel(image, y, kShape.width - 1 - x), 3, const_cast<std::uint8_t*>(pixel(result, y, x)));
    }
  }
  return result;
}

double mean(const Image& image) {
  return std::accumulate(image.begin(), image.end(), 0.0) / static_cast<double>(image.size());
}

double deviation(const Image& image) {
  const double m = mean(image);
  double sum = 0;
  for (const std::uint8_t value : image) sum += (value - m) * (value - m);
  return std::sqrt(sum / static_cast<double>(image.size()));
}

Color color_of(double brightness, double contrast, double saturation, double hue = 0) {
  return {1, {brightness, brightness}, {contrast, contrast}, {saturation, saturation}, hue};
}

const std::vector<Augmentation> kAll{Flip{},          Crop{},          Color{},     Cutout{},
                                     Jpeg{1, 30, 95}, Blur{1, 0.2, 1}, Noise{1, 8}, Zoom{}};

TEST(Augmenter, DependsOnSeedEpochAndImageAlone) {
  const Image image = random_image();
  EXPECT_EQ(augmented(kAll, image), augmented(kAll, image));
  EXPECT_NE(augmented(kAll, image, 2), augmented(kAll, image));
  EXPECT_NE(augmented(kAll, image, 1, 8), augmented(kAll, image));
  EXPECT_NE(augmented(kAll, image, 1, 7, 2), augmented(kAll, image));
}

// Hashes of this program's own images: the same under every ERSATZ_MAX_ISA and on every processor. JPEG is missing,
// whose bytes are libjpeg's.
TEST(Augmenter, ImagesKeepTheirBits) {
  const auto hash = [](const Augmentation& augmentation) {
    Sha256 all;
    for (int epoch = 1; epoch <= 20; ++epoch) {
      const Image image = augmented({augmentation}, random_image(), epoch);
      all.update(image.data(), image.size());
    }
    return to_hex(all.finish(), 16);
  };
  EXPECT_EQ(hash(Flip{}), "fd6ccc30099f1fe8");
  EXPECT_EQ(hash(Crop{}), "2a68318caaf7fa2e");
  EXPECT_EQ(hash(Color{1, {0.4, 0.4}, {0.4, 0.4}, {0.4, 0.4}, 0.2}), "964d1b2a838dfe49");
  EXPECT_EQ(hash(Cutout{}), "994aaa89c66196af");
  EXPECT_EQ(hash(Blur{1, 0.2, 3}), "168c1be8562746ec");
  EXPECT_EQ(hash(Noise{1, 8}), "92c85d81fe7f8feb");
  EXPECT_EQ(hash(Zoom{}), "1901e4acb02b750b");
}

TEST(Augmenter, AnAugmentationDrawsTheSameWhateverStandsBesideIt) {
  // A crop behind a flip that never happens is the crop alone.
  const Image image = random_image();
  EXPECT_EQ(augmented({Flip{0}, Crop{}}, image), augmented({Crop{}}, image));
}

TEST(Augmenter, NothingHappensWithProbabilityZero) {
  const Image image = random_image();
  const std::vector<Augmentation> never{Flip{0}, Crop{0}, Color{0}, Cutout{0}, Jpeg{0}, Blur{0}, Noise{0}, Zoom{0}};
  for (int epoch = 1; epoch < 20; ++epoch) EXPECT_EQ(augmented(never, image, epoch), image);
}

TEST(Augmenter, FlipMirrorsAboutHalfOfTheImages) {
  const Image image = random_image();
  EXPECT_EQ(augmented({Flip{1}}, image), mirrored(image));
  int flipped = 0;
  for (std::uint64_t name = 0; name < 1000; ++name) {
    const Image result = augmented({Flip{}}, image, 1, name);
    ASSERT_TRUE(result == image || result == mirrored(image));
    flipped += result != image ? 1 : 0;
  }
  EXPECT_NEAR(flipped, 500, 65);  // four standard deviations
}

TEST(Augmenter, AlternatingFlipShowsBothSidesInTwoEpochs) {
  const Image image = random_image();
  int flipped = 0;
  for (std::uint64_t name = 0; name < 400; ++name) {
    const bool first = augmented({Flip{0.5, true}}, image, 1, name) != image;
    flipped += first ? 1 : 0;
    for (int epoch = 2; epoch < 6; ++epoch) {
      EXPECT_EQ(augmented({Flip{0.5, true}}, image, epoch, name) != image, (epoch % 2 == 1) == first);
    }
  }
  EXPECT_NEAR(flipped, 200, 40);
}

TEST(Augmenter, CropMovesTheImageAndFillsFromOutside) {
  const Image image = random_image();
  std::vector<int> down_seen, right_seen;
  for (std::uint64_t name = 0; name < 300; ++name) {
    for (const bool reflect : {true, false}) {
      const Image result = augmented({Crop{1, 2, reflect}}, image, 1, name);
      bool found = false;
      for (int down = -2; down <= 2 && !found; ++down) {
        for (int right = -2; right <= 2 && !found; ++right) {
          found = true;
          for (int y = 0; y < kShape.height && found; ++y) {
            for (int x = 0; x < kShape.width && found; ++x) {
              int row = y - down, column = x - right;
              const bool outside = row < 0 || row >= kShape.height || column < 0 || column >= kShape.width;
              if (row < 0) row = -row;
              if (row >= kShape.height) row = 2 * kShape.height - 2 - row;
              if (column < 0) column = -column;
              if (column >= kShape.width) column = 2 * kShape.width - 2 - column;
              const std::uint8_t black[3]{0, 0, 0};
              const std::uint8_t* expected = outside && !reflect ? black : pixel(image, row, column);
              found = std::equal(expected, expected + 3, pixel(result, y, x));
            }
          }
          if (found) down_seen.push_back(down), right_seen.push_back(right);
        }
      }
      EXPECT_TRUE(found) << "image " << name << " is no moved image";
    }
  }
  for (int shift = -2; shift <= 2; ++shift) {
    EXPECT_THAT(down_seen, ::testing::Contains(shift));
    EXPECT_THAT(right_seen, ::testing::Contains(shift));
  }
}

TEST(Augmenter, ACropThatIsAsLargeAsTheImageIsRefused) {
  try {
    augmented({Crop{1, 24}}, random_image());
    FAIL();
  } catch (const Error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("cannot be moved by 24"));
  }
}

TEST(Augmenter, ColorOfZeroStrengthChangesNothingAndBrightnessScalesTheMean) {
  const Image image = random_image();
  EXPECT_EQ(augmented({color_of(0, 0, 0)}, image), image);
  const Image grey(kShape.bytes(), 100);
  std::uint8_t low = 255, high = 0;
  for (std::uint64_t name = 0; name < 200; ++name) {
    const Image result = augmented({color_of(0.2, 0.3, 0.3)}, grey, 1, name);
    // A grey picture of one level has neither contrast nor saturation.
    EXPECT_EQ(std::ranges::count(result, result[0]), static_cast<std::ptrdiff_t>(result.size()));
    low = std::min(low, result[0]), high = std::max(high, result[0]);
  }
  EXPECT_GE(low, 80);
  EXPECT_LE(high, 120);
  EXPECT_LT(low, 84);
  EXPECT_GT(high, 116);
}

TEST(Augmenter, SaturationZeroMakesGreyAndContrastKeepsTheMean) {
  const Image image = random_image();
  double least = 1;
  for (std::uint64_t name = 0; name < 200; ++name) {
    const Image result = augmented({color_of(0, 0, 1)}, image, 1, name);
    double spread = 0, before = 0;
    for (std::size_t i = 0; i < image.size(); i += 3) {
      spread += std::abs(result[i] - result[i + 1]);
      before += std::abs(image[i] - image[i + 1]);
    }
    least = std::min(least, spread / before);
    const Image flat = augmented({color_of(0, 0.5, 0)}, image, 1, name);
    EXPECT_NEAR(mean(flat), mean(image), 12);  // clipping may move it a little
  }
  EXPECT_LT(least, 0.05);
}

TEST(Augmenter, AFactorMayHaveEndsOfItsOwn) {
  const Image image = random_image();
  const Image grey = augmented(
      {augmentation_from_json(Json::parse(R"({"name":"color","brightness":0,"contrast":0,"saturation":[0,0]})"))},
      image);
  for (std::size_t i = 0; i < grey.size(); i += 3) ASSERT_TRUE(grey[i] == grey[i + 1] && grey[i] == grey[i + 2]);
  const Augmentation darker =
      augmentation_from_json(Json::parse(R"({"name":"color","brightness":[0.5,1],"contrast":0,"saturation":0})"));
  for (std::uint64_t name = 0; name < 100; ++name) {
    const Image result = augmented({darker}, Image(kShape.bytes(), 100), 1, name);
    EXPECT_GE(result[0], 50);
    EXPECT_LE(result[0], 100);
  }
  EXPECT_EQ(to_json(darker).dump(), R"({"name":"color","brightness":[0.5,1.0],"contrast":0.0,"saturation":0.0})");
}

TEST(Augmenter, HueTurnsColoursAroundGreyAndKeepsTheirSum) {
  Image red(kShape.bytes(), 60);
  for (std::size_t i = 0; i < red.size(); i += 3) red[i] = 120;
  std::array<int, 3> most{};
  for (std::uint64_t name = 0; name < 200; ++name) {
    const Image result = augmented({color_of(0, 0, 0, 0.5)}, red, 1, name);
    EXPECT_NEAR(result[0] + result[1] + result[2], 240, 2);
    for (std::size_t c = 0; c < 3; ++c) most[c] = std::max<int>(most[c], result[c]);
    const Image little = augmented({color_of(0, 0, 0, 0.05)}, red, 1, name);
    EXPECT_GT(little[0], 115) << "a twentieth of a turn leaves red red";
    EXPECT_EQ(augmented({color_of(0, 0, 0, 0.5)}, Image(kShape.bytes(), 90), 1, name), Image(kShape.bytes(), 90));
  }
  for (const int value : most) EXPECT_NEAR(value, 120, 2) << "red, green and blue all come up";
}

TEST(Augmenter, CutoutBlackensOneSquareAndNothingElse) {
  const Image image(kShape.bytes(), 200);
  std::size_t most = 0;
  for (std::uint64_t name = 0; name < 200; ++name) {
    const Image result = augmented({Cutout{1, 6}}, image, 1, name);
    int top = kShape.height, bottom = -1, left = kShape.width, right = -1;
    std::size_t black = 0;
    for (int y = 0; y < kShape.height; ++y) {
      for (int x = 0; x < kShape.width; ++x) {
        if (*pixel(result, y, x) != 0) continue;
        ++black;
        top = std::min(top, y), bottom = std::max(bottom, y), left = std::min(left, x), right = std::max(right, x);
      }
    }
    EXPECT_EQ(black, static_cast<std::size_t>((bottom - top + 1) * (right - left + 1)));
    EXPECT_LE(bottom - top, 5);
    EXPECT_GE(black, 9U);  // its middle is always inside
    most = std::max(most, black);
  }
  EXPECT_EQ(most, 36U);
}

TEST(Augmenter, JpegOfHighQualityChangesLessThanOfLowQuality) {
  Image image(kShape.bytes());
  for (std::size_t i = 0; i < image.size(); ++i)
    image[i] = static_cast<std::uint8_t>(128 + 60 * std::sin(static_cast<double>(i) * 0.02));
  const auto distance = [&](int quality) {
    const Image result = augmented({Jpeg{1, quality, quality}}, image);
    double sum = 0;
    for (std::size_t i = 0; i < image.size(); ++i) sum += std::abs(result[i] - image[i]);
    return sum / static_cast<double>(image.size());
  };
  EXPECT_LT(distance(95), 8);
  EXPECT_GT(distance(5), 2 * distance(95));
}

TEST(Augmenter, BlurKeepsFlatPicturesAndTakesContrastFromOthers) {
  const Image flat(kShape.bytes(), 77);
  EXPECT_EQ(augmented({Blur{1, 1, 1}}, flat), flat);
  const Image image = random_image();
  const Image little = augmented({Blur{1, 0.5, 0.5}}, image), much = augmented({Blur{1, 1.5, 1.5}}, image);
  EXPECT_LT(deviation(little), 0.9 * deviation(image));
  EXPECT_LT(deviation(much), 0.5 * deviation(little));
  EXPECT_NEAR(mean(much), mean(image), 2);
}

TEST(Augmenter, NoiseHasItsDeviationAndNoMean) {
  const Image grey(kShape.bytes(), 128);
  const Image result = augmented({Noise{1, 10}}, grey);
  EXPECT_NEAR(mean(result), 128, 4 * 10 / std::sqrt(2304.0));
  EXPECT_NEAR(deviation(result), 10, 4 * 10 / std::sqrt(2 * 2304.0));
}

// An image whose red is 8 x column and whose green is 8 x row: a pixel says where it comes from.
Image coordinates() {
  Image image(kShape.bytes());
  for (int y = 0; y < kShape.height; ++y) {
    for (int x = 0; x < kShape.width; ++x) {
      std::uint8_t* to = const_cast<std::uint8_t*>(pixel(image, y, x));
      to[0] = static_cast<std::uint8_t>(8 * x), to[1] = static_cast<std::uint8_t>(8 * y);
    }
  }
  return image;
}

TEST(Augmenter, ZoomToTheWholeImageChangesNothing) {
  const Image image = random_image();
  const double ratio = static_cast<double>(kShape.width) / kShape.height;  // a longer side is cut to the image's
  EXPECT_NE(augmented({Zoom{1, 0.5, 0.5, ratio, ratio}}, image), image);
  EXPECT_EQ(augmented({Zoom{1, 1, 1, ratio, ratio}}, image), image);
}

TEST(Augmenter, ZoomEnlargesAWindowInsideTheImageByItsScaleAndRatio) {
  const Image image = coordinates();
  const double ratio = static_cast<double>(kShape.width) / kShape.height;
  double leftmost = 1e9, rightmost = 0, highest = 1e9, lowest = 0;
  for (std::uint64_t name = 0; name < 300; ++name) {
    const Image result = augmented({Zoom{1, 0.25, 0.25, ratio, ratio}}, image, 1, name);  // half of each side
    // Away from the border, one pixel further is half a pixel further in the image.
    const double across = (pixel(result, 12, 24)[0] - pixel(result, 12, 8)[0]) / 8.0;
    const double down = (pixel(result, 18, 16)[1] - pixel(result, 6, 16)[1]) / 8.0;
    ASSERT_NEAR(across, 16 * 0.5, 0.13);
    ASSERT_NEAR(down, 12 * 0.5, 0.13);
    const double x = pixel(result, 12, 16)[0] / 8.0, y = pixel(result, 12, 16)[1] / 8.0;
    leftmost = std::min(leftmost, x), rightmost = std::max(rightmost, x);
    highest = std::min(highest, y), lowest = std::max(lowest, y);
  }
  // The window is 16 x 12 of 32 x 24 pixels: its middle goes from 8 to 24 and from 6 to 18.
  EXPECT_NEAR(leftmost, 8, 0.5);
  EXPECT_NEAR(rightmost, 23.8, 0.5);
  EXPECT_NEAR(highest, 6, 0.5);
  EXPECT_NEAR(lowest, 17.8, 0.5);
}

TEST(Augmenter, ZoomStretchesByItsRatio) {
  // Twice as wide as high with an area of 1/8: sqrt(2 x 96) x sqrt(96 / 2) pixels.
  const Image result = augmented({Zoom{1, 0.125, 0.125, 2, 2}}, coordinates());
  EXPECT_NEAR((pixel(result, 12, 24)[0] - pixel(result, 12, 8)[0]) / 8.0, 16 * std::sqrt(192) / 32, 0.13);
  EXPECT_NEAR((pixel(result, 18, 16)[1] - pixel(result, 6, 16)[1]) / 8.0, 12 * std::sqrt(48) / 24, 0.13);
}

class AugmentedSource : public ::testing::Test {
 protected:
  AugmentedSource() {
    data_ = ersatz::testing::open_path(ersatz::testing::write_tree(folder_ / "data", ersatz::testing::cifake_files()),
                                       folder_ / "cache");
  }
  ~AugmentedSource() override { std::filesystem::remove_all(folder_); }

  static std::vector<float> read(const BatchSource& source, std::uint32_t index, int epoch) {
    const auto [channels, height, width] = source.shape();
    std::vector<float> values(static_cast<std::size_t>(channels) * height * width);
    source.fill(std::array{index}, epoch, values.data());
    return values;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("ersatz-augmenter-" + std::to_string(::getpid()));
  DataSet data_;
};

TEST_F(AugmentedSource, ChangesAnImageAlikeWhateverStandsBesideItAndNothingInEpochZero) {
  const Selection all = select_all(*data_.source("REAL").train);
  const Augmenter augmenter({Flip{1}, Noise{1, 20}}, 3);
  const PixelSource plain(all, {}), changed(all, {}, augmenter);
  const PixelSource mixed(join(select_all(*data_.source("FAKE").train), all), {}, augmenter);
  const auto before = static_cast<std::uint32_t>(data_.source("FAKE").train->size());
  EXPECT_EQ(read(changed, 4, 0), read(plain, 4, 0));
  EXPECT_NE(read(changed, 4, 1), read(plain, 4, 1));
  EXPECT_NE(read(changed, 4, 1), read(changed, 4, 2));
  EXPECT_EQ(read(mixed, before + 4, 2), read(changed, 4, 2));
  // Image 4 of the one source and of the other are told apart: their noise differs.
  const auto noise_of = [&](const PixelSource& source, std::uint32_t index) {
    std::vector<float> now = read(source, index, 1);
    const std::vector<float> then = read(source, index, 2);
    for (std::size_t i = 0; i < now.size(); ++i) now[i] -= then[i];
    return now;
  };
  EXPECT_NE(noise_of(mixed, 4), noise_of(mixed, before + 4));
}

}  // namespace
}  // namespace ersatz::data
