// Against Pillow's pixels (tests/data/make_resample_fixture.py), and by hand.

#include "data/codec/resample.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/json.hpp"
#include "data/codec/resize.hpp"

namespace ersatz::data {
namespace {

std::string fixture(const std::string& name) {
  return read_file(std::filesystem::path(ERSATZ_SOURCE_DIR) / "tests/data/resample" / name);
}

/// The source images, as the script computes them.
Picture noise(int width, int height) {
  Picture picture;
  picture.shape = {height, width};
  picture.region = {0, 0, static_cast<float>(width), static_cast<float>(height)};
  std::uint32_t state = 12345;
  for (std::size_t i = 0; i < picture.shape.bytes(); ++i) {
    state = state * 1664525 + 1013904223;
    const std::uint32_t value = state >> 24;
    picture.pixels.push_back(static_cast<std::uint8_t>(value < 64 ? 0 : value > 192 ? 255 : value));
  }
  return picture;
}

/// Where the first difference is, in words.
std::string difference(const std::vector<std::uint8_t>& is, std::string_view should, ImageShape size) {
  if (is.size() != should.size()) return "another number of bytes";
  for (std::size_t i = 0; i < is.size(); ++i) {
    const int wanted = static_cast<std::uint8_t>(should[i]);
    if (is[i] == wanted) continue;
    const std::size_t row = static_cast<std::size_t>(size.width) * 3;
    return fmt::format("row {}, column {}, channel {}: {} instead of {}", i / row, i % row / 3, i % 3, is[i], wanted);
  }
  return "";
}

TEST(Resample, EveryPixelIsThatOfPillow) {
  const Json cases = Json::parse(fixture("cases.json"));
  const std::string expected = fixture("expected.bin");
  std::size_t at = 0;
  for (const Json& one : cases) {
    const ImageShape size{one["size"][1], one["size"][0]};
    const Filter filter = parse_filter(one["filter"].get<std::string>());
    std::vector<std::uint8_t> pixels(size.bytes(), 99);
    if (one.contains("file")) {
      Picture picture;
      decode_resized(fixture(one["file"]), {size, Fit::squash, filter, true}, picture, pixels.data());
      EXPECT_EQ(picture.shape, (ImageShape{one["decoded"][1], one["decoded"][0]})) << one;
    } else if (one.contains("box")) {
      const Picture source = noise(one["source"][0], one["source"][1]);
      const Box box{one["box"][0], one["box"][1], one["box"][2], one["box"][3]};
      resample(source.pixels.data(), source.shape, box, filter, size, pixels.data(), size.bytes() / size.height);
    } else {
      const Picture source = noise(one["source"][0], one["source"][1]);
      resize_picture(source, {size, parse_fit(one["fit"].get<std::string>()), filter}, pixels.data());
    }
    EXPECT_EQ(difference(pixels, std::string_view(expected).substr(at, size.bytes()), size), "") << one;
    at += size.bytes();
  }
  EXPECT_EQ(at, expected.size());
  EXPECT_EQ(cases.size(), 13U * 3 * 5 + 4 * 5 + 4);
}

// [0, 60, 200] enlarged to twice the width: new pixels lie a quarter of an old one beside the middles.
TEST(Resample, BilinearByHand) {
  const std::vector<std::uint8_t> row{0, 0, 0, 60, 60, 60, 200, 200, 200};
  std::vector<std::uint8_t> wide(18);
  resample(row.data(), {1, 3}, {0, 0, 3, 1}, Filter::bilinear, {1, 6}, wide.data(), 18);
  const std::vector<int> greys{0, 15, 45, 95, 165, 200};
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(wide[3 * i + c], greys[i]) << i;
  }
}

TEST(Resample, BoxTakesTheMeanOfWhatAPixelCovers) {
  const Picture source = noise(6, 4);
  std::vector<std::uint8_t> small(2 * 2 * 3);
  resample(source.pixels.data(), source.shape, source.region, Filter::box, {2, 2}, small.data(), 6);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 2; ++x) {
      double sum = 0;
      for (int i = 0; i < 6; ++i)
        sum += source.pixels[static_cast<std::size_t>((2 * y + i / 3) * 6 + 3 * x + i % 3) * 3];
      EXPECT_NEAR(small[static_cast<std::size_t>(2 * y + x) * 3], sum / 6, 1);  // (rounded in each direction)
    }
  }
}

// Only the pixels of the image itself are written, and none is forgotten.
TEST(Resample, RowsMayLieApart) {
  const Picture source = noise(31, 22);
  std::vector<std::uint8_t> tight(7 * 5 * 3), apart(7 * 50, 77);
  resample(source.pixels.data(), source.shape, source.region, Filter::lanczos, {7, 5}, tight.data(), 15);
  resample(source.pixels.data(), source.shape, source.region, Filter::lanczos, {7, 5}, apart.data(), 50);
  for (std::size_t i = 0; i < apart.size(); ++i) {
    const std::size_t x = i % 50;
    EXPECT_EQ(apart[i], x < 15 ? tight[i / 50 * 15 + x] : 77);
  }
}

// Weights and memory of the image before must not be seen in the next.
TEST(Resample, OneImageLeavesNoTraceInTheNext) {
  const Picture first = noise(50, 40), other = noise(47, 81);
  std::vector<std::uint8_t> before(12 * 10 * 3), after(12 * 10 * 3), between(90 * 30 * 3);
  const auto resize = [](const Picture& picture, Filter filter, ImageShape size, std::vector<std::uint8_t>& to) {
    resample(picture.pixels.data(), picture.shape, picture.region, filter, size, to.data(), to.size() / size.height);
  };
  resize(first, Filter::bicubic, {10, 12}, before);
  resize(other, Filter::bicubic, {30, 90}, between);
  resize(first, Filter::box, {10, 12}, after);
  EXPECT_NE(before, after);
  resize(first, Filter::bicubic, {10, 12}, after);
  EXPECT_EQ(before, after);
}

TEST(Resample, WhatLiesOutsideTheImageIsRefused) {
  const Picture source = noise(4, 4);
  std::vector<std::uint8_t> pixels(12);
  for (const Box& box : {Box{-1, 0, 4, 4}, Box{0, 0, 4.5, 4}, Box{2, 2, 2, 4}, Box{0, 3, 4, 1}}) {
    EXPECT_THROW(resample(source.pixels.data(), {4, 4}, box, Filter::bicubic, {2, 2}, pixels.data(), 6), Error);
  }
  EXPECT_THROW(resample(source.pixels.data(), {4, 4}, source.region, Filter::box, {0, 2}, pixels.data(), 6), Error);
}

TEST(Resize, NamesGoBothWays) {
  for (const std::string& name : fit_names()) EXPECT_EQ(fit_name(parse_fit(name)), name);
  for (const std::string& name : filter_names()) EXPECT_EQ(filter_name(parse_filter(name)), name);
  EXPECT_EQ(fit_names().size(), 3U);
  EXPECT_EQ(parse_fit("pad"), Fit::pad);
  EXPECT_EQ(parse_filter("lanczos"), Filter::lanczos);
  try {
    parse_filter("cubic");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "\"cubic\" is no filter");
    EXPECT_EQ(error.hint(), "there are nearest, box, bilinear, bicubic, lanczos");
  }
  EXPECT_THROW(parse_fit(""), Error);
}

// Without being asked for, a JPEG is decoded as it is.
TEST(Resize, DraftOnlyWhereItIsAskedFor) {
  const std::string file = fixture("large.jpg");
  std::vector<std::uint8_t> pixels(12 * 9 * 3);
  Picture picture;
  decode_resized(file, {{9, 12}, Fit::squash}, picture, pixels.data());
  EXPECT_EQ(picture.shape, (ImageShape{149, 203}));
  decode_resized(file, {{9, 12}, Fit::squash, Filter::bicubic, true}, picture, pixels.data());
  EXPECT_EQ(picture.shape, (ImageShape{19, 26}));
  decode_image(file, picture, {75, 102});  // twice that is more than there is
  EXPECT_EQ(picture.shape, (ImageShape{149, 203}));
}

// A photo in proportions that no other test has: all of it is seen, and in its middle.
TEST(Resize, PadPutsAnExtremeImageIntoTheMiddle) {
  Picture line = noise(400, 1);
  std::fill(line.pixels.begin(), line.pixels.end(), std::uint8_t{200});
  std::vector<std::uint8_t> pixels(5 * 5 * 3, 99);
  resize_picture(line, {{5, 5}, Fit::pad}, pixels.data());  // 5 x 0 pixels would be the proportions
  for (std::size_t i = 0; i < pixels.size(); ++i) EXPECT_EQ(pixels[i], i / 15 == 2 ? 200 : 0);
}

}  // namespace
}  // namespace ersatz::data
