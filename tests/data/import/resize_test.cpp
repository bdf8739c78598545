// Images of any size become one size while they are imported.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/files.hpp"
#include "data/codec/resize.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using ::testing::ElementsAre;
using testing::Files;
using testing::image_pixels;
using testing::png_image;

const Resize kSmall{{6, 10}, Fit::pad, Filter::lanczos};

/// What Pillow's arithmetic makes of the image that png_image(number, shape) holds.
std::vector<std::uint8_t> resized(int number, ImageShape shape, const Resize& resize) {
  Picture picture{shape, image_pixels(number, shape), {0, 0, float(shape.width), float(shape.height)}, {}};
  std::vector<std::uint8_t> pixels(resize.size.bytes());
  resize_picture(picture, resize, pixels.data());
  return pixels;
}

std::vector<std::uint8_t> image(const ImageStore& store, std::size_t i) {
  return {store.image(i).begin(), store.image(i).end()};
}

class ResizedImport : public ::testing::Test {
 protected:
  DataSet open(const std::filesystem::path& path, const std::optional<Resize>& resize) const {
    ImportOptions options;
    options.cache = scratch_ / "cache";
    options.resize = resize;
    return open_data_set({path, {}}, options);
  }

  const testing::ScratchFolder scratch_;
};

TEST_F(ResizedImport, ImagesOfDifferentSizesBecomeOneSize) {
  const Files files{{"train/S/c/1.png", png_image(1, {12, 9})},
                    {"train/S/c/2.png", png_image(2, {5, 30})},
                    {"train/S/c/3.png", png_image(3, {6, 10})}};
  const auto tree = testing::write_tree(scratch_ / "in", files);
  const DataSet set = open(tree, kSmall);
  EXPECT_EQ(set.shape, kSmall.size);
  const ImageStore& store = *set.source("S").train;
  EXPECT_EQ(image(store, 0), resized(1, {12, 9}, kSmall));
  EXPECT_EQ(image(store, 1), resized(2, {5, 30}, kSmall));
  EXPECT_EQ(image(store, 2), image_pixels(3, {6, 10})) << "one that has the size stays as it is";
}

TEST_F(ResizedImport, EveryWayOfResizingIsCachedByItself) {
  const auto tree = testing::write_tree(scratch_ / "in", {{"train/S/c/1.png", png_image(1, {12, 9})}});
  const std::string whole = open(tree, std::nullopt).fingerprint;
  const std::string padded = open(tree, kSmall).fingerprint;
  const std::string cropped = open(tree, Resize{{6, 10}, Fit::crop, Filter::lanczos}).fingerprint;
  const std::string nearest = open(tree, Resize{{6, 10}, Fit::crop, Filter::nearest}).fingerprint;
  EXPECT_EQ((std::set{whole, padded, cropped, nearest}).size(), 4U);
  EXPECT_EQ(open(tree, std::nullopt).fingerprint, whole);
  EXPECT_EQ(open(tree, kSmall).fingerprint, padded);
}

TEST_F(ResizedImport, ImagesWithoutAFileOfTheirOwnAreResizedToo) {
  std::string batch;
  for (int i = 0; i < 3; ++i) {
    const auto pixels = image_pixels(i, {32, 32});
    batch += static_cast<char>(i);
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t p = 0; p < 1024; ++p) batch += static_cast<char>(pixels[3 * p + c]);
    }
  }
  const auto tree = testing::write_tree(scratch_ / "in", {{"data_batch_1.bin", batch}});
  ImportOptions options;
  options.cache = scratch_ / "cache";
  options.resize = kSmall;
  const DataSet set = open_data_set({{}, {{"C", tree}}}, options);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(image(*set.source("C").train, static_cast<std::size_t>(i)), resized(i, {32, 32}, kSmall));
  }
}

TEST_F(ResizedImport, WhatWasDoneToImagesIsCountedAndKept) {
  const std::string formats = ERSATZ_SOURCE_DIR "/tests/data/formats/";
  Files files;
  for (const std::string name : {"orientation3.jpg", "orientation6.jpg", "cmyk.jpg", "rgba.png", "animated.gif"}) {
    files.emplace_back("train/S/c/" + name, read_file(formats + name));
  }
  const auto tree = testing::write_tree(scratch_ / "in", files);
  for (int time = 0; time < 2; ++time) {  // decoded, then from the cache
    EXPECT_THAT(open(tree, kSmall).remarks.sentences(),
                ElementsAre("2 images were turned as their EXIF orientation says",
                            "1 image is partly transparent and was laid over white",
                            "1 image was made RGB from CMYK, without a colour profile",
                            "1 image is animated: its first frame was taken"));
  }
}

}  // namespace
}  // namespace ersatz::data
