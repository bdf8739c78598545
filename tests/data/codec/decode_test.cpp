#include "data/codec/decode.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "base/files.hpp"
#include "data/make_data.hpp"
#include "data/pixel_transform.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using testing::jpeg_image;
using testing::png_image;

fs::path fixture() { return fs::path(ERSATZ_SOURCE_DIR) / "tests/data/pillow"; }

std::string error_of_decoding(const std::string& file, ImageShape expected) {
  std::vector<std::uint8_t> pixels(expected.bytes());
  try {
    decode_image(file, expected, pixels.data());
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

class Pillow : public ::testing::TestWithParam<std::string> {};

TEST_P(Pillow, DecodesToTheSamePixels) {
  const std::string file = read_file(fixture() / GetParam());
  const std::string rgb = read_file((fixture() / GetParam()).replace_extension(".rgb"));
  const std::string grey = read_file((fixture() / GetParam()).replace_extension(".grey"));
  const ImageShape shape = image_size(file);
  ASSERT_EQ(shape, (ImageShape{19, 23}));
  std::vector<std::uint8_t> pixels(shape.bytes());
  decode_image(file, shape, pixels.data());
  EXPECT_EQ(std::string(pixels.begin(), pixels.end()), rgb);

  PixelTransform as_is;
  as_is.channels = Channels::grey;
  as_is.scale = 1;
  std::vector<float> values(pixels.size() / 3);
  transform_pixels(as_is, shape, pixels.data(), values.data());
  std::string bytes;
  for (const float value : values) bytes += static_cast<char>(static_cast<std::uint8_t>(value));
  EXPECT_EQ(bytes, grey);
}

std::vector<std::string> fixture_names() {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(fixture())) {
    const std::string ending = entry.path().extension();
    if (ending == ".jpg" || ending == ".png") names.insert(entry.path().filename());
  }
  return {names.begin(), names.end()};
}

INSTANTIATE_TEST_SUITE_P(Fixture, Pillow, ::testing::ValuesIn(fixture_names()), [](const auto& tested) {
  std::string name = tested.param;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
});

TEST(Decode, EveryKindOfFileIsInTheFixture) { EXPECT_EQ(fixture_names().size(), 18U); }

TEST(Decode, PngGivesBackThePixelsThatWereEncoded) {
  const ImageShape shape{7, 5};
  std::vector<std::uint8_t> pixels(shape.bytes());
  decode_image(png_image(3, shape), shape, pixels.data());
  EXPECT_EQ(pixels, testing::image_pixels(3, shape));
}

// A decoder that is used again after an error must not remember it.
TEST(Decode, AnErrorLeavesNoTraceInTheNextImage) {
  const std::string whole = jpeg_image(1);
  std::vector<std::uint8_t> before(8 * 8 * 3), after(8 * 8 * 3);
  decode_image(whole, {8, 8}, before.data());
  EXPECT_NE(error_of_decoding(whole.substr(0, whole.size() / 2), {8, 8}), "");
  decode_image(whole, {8, 8}, after.data());
  EXPECT_EQ(before, after);
}

TEST(Decode, EveryCutOffFileIsNoticed) {
  for (const std::string& whole : {jpeg_image(5), png_image(5)}) {
    ASSERT_EQ(error_of_decoding(whole, {8, 8}), "");
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_NE(error_of_decoding(whole.substr(0, length), {8, 8}), "")
          << "cut to " << length << " of " << whole.size();
    }
  }
}

TEST(Decode, ACutOffFileIsCalledCutShort) {
  const std::string jpeg = jpeg_image(5), png = png_image(5);
  EXPECT_EQ(error_of_decoding(jpeg.substr(0, jpeg.size() - 2), {8, 8}), "is cut short");
  EXPECT_EQ(error_of_decoding(png.substr(0, png.size() - 20), {8, 8}), "is cut short");
}

// Newer versions of libpng let a wrong checksum behind the last pixel pass.
TEST(Decode, AFlippedBitInAPngIsNoticedOrChangesNoPixel) {
  const std::string whole = png_image(2);
  std::vector<std::uint8_t> right(8 * 8 * 3);
  decode_image(whole, {8, 8}, right.data());
  constexpr std::size_t kHeaderEnd = 33;  // signature and IHDR
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (at == kHeaderEnd) at = whole.find("IDAT") - 4;  // (between them are chunks that do not touch the pixels)
    std::string broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x10);
    std::vector<std::uint8_t> pixels(right.size());
    try {
      decode_image(broken, {8, 8}, pixels.data());
      EXPECT_EQ(pixels, right) << "byte " << at;
    } catch (const Error&) {
      ++noticed;
    }
  }
  EXPECT_GT(noticed, whole.size() / 2);
}

// Damage may go unnoticed in a JPEG, which has no checksum, but it must never do harm.
TEST(Decode, DamagedJpegsEndInPixelsOrInAnError) {
  const std::string whole = jpeg_image(9, {24, 24});
  std::size_t noticed = 0;
  for (std::size_t at = 2; at < whole.size(); ++at) {
    for (const int with : {0x00, 0xff, 0x55}) {
      std::string broken = whole;
      broken[at] = static_cast<char>(broken[at] ^ with);
      if (!error_of_decoding(broken, {24, 24}).empty()) ++noticed;
    }
  }
  EXPECT_GT(noticed, whole.size() / 4);
}

TEST(Decode, OtherFormatsAreNamed) {
  EXPECT_EQ(error_of_decoding("", {8, 8}), "is empty");
  EXPECT_EQ(error_of_decoding("hello", {8, 8}), "is not a JPEG, PNG, WebP, GIF or BMP image");
  EXPECT_EQ(error_of_decoding("II*.......", {8, 8}), "is not a JPEG, PNG, WebP, GIF or BMP image but seems to be TIFF");
}

TEST(Decode, AnotherSizeIsAnErrorWithBothSizes) {
  std::vector<std::uint8_t> pixels(8 * 8 * 3);
  for (const std::string& file : {png_image(1, {6, 9}), jpeg_image(1, {6, 9})}) {
    EXPECT_EQ(image_size(file), (ImageShape{6, 9}));
    EXPECT_THROW(decode_image(file, {8, 8}, pixels.data()), WrongSize);
    EXPECT_EQ(error_of_decoding(file, {8, 8}), "is 9 x 6 pixels, but the first image has 8 x 8");
  }
}

TEST(Decode, AbsurdSizesAreRefusedFromTheHeaderAlone) {
  std::string jpeg = jpeg_image(1);
  const std::size_t frame = jpeg.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  for (std::size_t i = 5; i < 9; ++i) jpeg[frame + i] = '\xff';  // 65535 x 65535
  EXPECT_THROW(image_size(jpeg), Error);
}

}  // namespace
}  // namespace ersatz::data
