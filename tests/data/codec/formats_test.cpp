// Files of other programs (tests/data/make_format_fixture.py), whole, cut short, damaged and too large.

#include <gtest/gtest.h>
#include <zlib.h>

#include <cctype>
#include <fstream>

#include "base/files.hpp"
#include "base/json.hpp"
#include "data/codec/decode.hpp"
#include "data/make_data.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;

std::string fixture(const std::string& name) {
  return read_file(fs::path(ERSATZ_SOURCE_DIR) / "tests/data/formats" / name);
}

const Json& fixtures() {
  static const Json json = Json::parse(fixture("fixtures.json"));
  return json;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& [name, facts] : fixtures()["images"].items()) all.push_back(name);
  return all;
}

std::string error_of(const std::string& file) {
  try {
    Picture picture;
    decode_image(file, picture);
  } catch (const Error& error) {
    return error.what() + (error.hint().empty() ? "" : "; " + error.hint());
  }
  return "";
}

/// What Pillow makes of a fixture.
std::string expected_pixels(const std::string& name, ImageShape shape) {
  if (name != "every_alpha.png") return fixture(name + ".rgb");
  std::string pixels(shape.bytes(), '\0');
  decode_image(fixture(name + ".expected.png"), shape, reinterpret_cast<std::uint8_t*>(pixels.data()));
  return pixels;
}

class Formats : public ::testing::TestWithParam<std::string> {};

TEST_P(Formats, PixelsSizeAndRemarksAreThoseOfPillow) {
  const std::string file = fixture(GetParam());
  const Json& facts = fixtures()["images"][GetParam()];
  const ImageShape shape{facts["height"], facts["width"]};
  EXPECT_EQ(image_size(file), shape);
  const Remarks remarks{facts["turned"], facts["over_white"], facts["cmyk"], facts["animated"]};
  const std::string expected = expected_pixels(GetParam(), shape);

  std::vector<std::uint8_t> pixels(shape.bytes());
  EXPECT_EQ(decode_image(file, shape, pixels.data()), remarks);
  EXPECT_EQ(std::string(pixels.begin(), pixels.end()), expected);

  Picture picture;
  decode_image(file, picture);
  EXPECT_EQ(picture.shape, shape);
  EXPECT_EQ(picture.remarks, remarks);
  EXPECT_EQ(picture.region, (Box{0, 0, static_cast<float>(shape.width), static_cast<float>(shape.height)}));
  EXPECT_EQ(std::string(picture.pixels.begin(), picture.pixels.end()), expected);
}

// Every length near both ends, and some between.
TEST_P(Formats, EveryCutOffFileIsNoticed) {
  const std::string whole = fixture(GetParam());
  for (std::size_t length = 0; length < whole.size(); length += length < 70 || whole.size() - length < 70 ? 1 : 13) {
    EXPECT_NE(error_of(whole.substr(0, length)), "") << "cut to " << length << " of " << whole.size();
  }
}

TEST_P(Formats, DamagedFilesEndInPixelsOrInAnError) {
  const std::string whole = fixture(GetParam());
  Picture picture;
  std::size_t at = 0;
  for (; at < whole.size(); at += at < 120 ? 1 : 7) {
    for (const int with : {0x01, 0x55, 0xff}) {
      std::string broken = whole;
      broken[at] = static_cast<char>(broken[at] ^ with);
      try {
        decode_image(broken, picture);
        EXPECT_EQ(picture.pixels.size(), picture.shape.bytes());
      } catch (const Error& error) {
        EXPECT_STRNE(error.what(), "");
      }
    }
  }
  decode_image(whole, picture);  // errors leave no trace
  EXPECT_EQ(std::string(picture.pixels.begin(), picture.pixels.end()), expected_pixels(GetParam(), picture.shape));
}

INSTANTIATE_TEST_SUITE_P(Fixture, Formats, ::testing::ValuesIn(names()), [](const auto& tested) {
  std::string name = tested.param;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

TEST(FormatFixture, HoldsEveryKind) { EXPECT_EQ(names().size(), 71U); }

TEST(FormatErrors, CutOffFilesAreCalledCutShort) {
  for (const char* const name : {"baseline.jpg", "rgb.png", "lossy.webp", "lossless.webp", "plain.gif", "rgb.bmp"}) {
    const std::string whole = fixture(name);
    EXPECT_EQ(error_of(whole.substr(0, whole.size() - 15)), "is cut short") << name;
    EXPECT_EQ(error_of(whole.substr(0, whole.size() / 2)), "is cut short") << name;
  }
}

TEST(FormatErrors, WhatIsNotReadIsNamed) {
  const std::string other = "is not a JPEG, PNG, WebP, GIF or BMP image but seems to be ";
  EXPECT_EQ(error_of(fixture("image.tiff")), other + "TIFF; convert the images to PNG");
  EXPECT_EQ(error_of(std::string("\0\0\0\x20"
                                 "ftypavif",
                                 12)),
            other + "AVIF; convert the images to PNG");
  EXPECT_EQ(error_of(std::string("\0\0\0\x18"
                                 "ftypheic",
                                 12)),
            other + "HEIC; convert the images to PNG");
  EXPECT_EQ(error_of(std::string("\0\0\0\x0cjP  \r\n\x87\n", 12)), other + "JPEG 2000; convert the images to PNG");
  EXPECT_EQ(error_of("RIFF....WAVEfmt "), "is not a JPEG, PNG, WebP, GIF or BMP image");
  EXPECT_EQ(error_of("BM is how this text begins"), "is not a JPEG, PNG, WebP, GIF or BMP image");
  EXPECT_EQ(error_of(fixture("rle.bmp")), "is a BMP image with RLE compression; convert it to PNG");
}

std::string number(std::uint32_t value, int bytes, bool big_endian = false) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * (big_endian ? bytes - 1 - i : i));
  return text;
}

/// A file of each format with the size in its header made larger.
std::vector<std::string> files_that_claim(std::uint32_t width, std::uint32_t height) {
  std::string png = fixture("rgb.png"), bmp = fixture("rgb.bmp"), gif = fixture("plain.gif");
  std::string jpeg = fixture("baseline.jpg"), webp = fixture("animated.webp");
  png.replace(16, 8, number(width, 4, true) + number(height, 4, true));
  bmp.replace(18, 8, number(width, 4) + number(height, 4));
  gif.replace(6, 4, number(width, 2) + number(height, 2));
  jpeg.replace(jpeg.find("\xff\xc0") + 5, 4, number(height, 2, true) + number(width, 2, true));
  webp.replace(24, 6, number(width - 1, 3) + number(height - 1, 3));
  return {png, bmp, gif, jpeg, webp};
}

// libpng looks at the header's checksum first, which is wrong here; all are refused before memory is taken.
TEST(FormatErrors, AbsurdSizesAreRefusedFromTheHeaderAlone) {
  for (const auto& [width, height, message] :
       {std::tuple{65000U, 64U, "is 65000 x 64 pixels; ersatz reads images up to 16384 x 16384"},
        std::tuple{16384U, 16383U, "is 16384 x 16383 pixels; ersatz reads images of up to 67 million pixels"}}) {
    const std::vector<std::string> files = files_that_claim(width, height);
    EXPECT_THROW(image_size(files[0]), Error);
    for (std::size_t i = 1; i < files.size(); ++i) {
      EXPECT_EQ(error_of(files[i]), message) << i;
      EXPECT_THROW(image_size(files[i]), Error) << i;
    }
  }
}

/// A progressive JPEG of its first scan only, which says that it is all there is of its coefficients, so many times.
std::string jpeg_of_scans(int count) {
  const std::string whole = fixture("progressive.jpg");
  const std::size_t begin = whole.find("\xff\xda"), end = whole.find("\xff\xc4", begin);
  std::string scan = whole.substr(begin, end - begin);
  scan[13] = 0;  // all bits
  std::string file = whole.substr(0, begin);
  for (int i = 0; i < count; ++i) file += scan;
  return file + "\xff\xd9";
}

// Each may take as long as the whole image, and a hundred bytes.
TEST(FormatErrors, AJpegOfManyScansIsRefused) {
  EXPECT_EQ(error_of(jpeg_of_scans(100)), "");
  EXPECT_EQ(error_of(jpeg_of_scans(101)), "has more than 100 scans");
  EXPECT_EQ(error_of(jpeg_of_scans(1)), "") << "after one that was refused";
}

/// The most address space that this process has had, in bytes.
std::uint64_t most_address_space() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmPeak:")) return std::stoull(line.substr(7)) * 1024;
  }
  return 0;
}

TEST(FormatErrors, WhatAPngSaysBesideItsPixelsTakesNoMemory) {
  constexpr std::uint64_t kLittle = std::uint64_t{100} << 20;
  const std::uint64_t before = most_address_space();
  for (const char* const name : {"turned.png", "turned_late.png"}) {  // in front of the pixels and behind them
    std::string file = fixture(name);
    file.replace(file.find("eXIf") - 4, 4, number(0x70000000, 4, true));
    EXPECT_EQ(error_of(file), "is cut short");
    EXPECT_LT(most_address_space() - before, kLittle);
  }
  std::string packed(20'000, '\0'), text(8'000'000 - 100, ' ');
  uLongf size = packed.size();
  ASSERT_EQ(::compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                       text.size()),
            Z_OK);
  std::string chunk("zTXtname\0\0", 10), file = fixture("rgb.png");
  chunk.append(packed, 0, size);
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), static_cast<uInt>(chunk.size()));
  chunk = number(static_cast<std::uint32_t>(chunk.size() - 4), 4, true) + chunk +
          number(static_cast<std::uint32_t>(crc), 4, true);
  for (int i = 0; i < 50; ++i) file.insert(33, chunk);  // behind the header
  EXPECT_EQ(error_of(file), "");
  EXPECT_LT(most_address_space() - before, kLittle);
}

// Between the blocks of a GIF there may be zeros, but no other bytes.
TEST(Formats, ZerosBehindTheFrameOfAGifAreNoDamage) {
  const std::string whole = fixture("plain.gif");
  std::string padded = whole, damaged = whole;
  padded.insert(whole.size() - 1, 3, '\0');
  damaged.insert(whole.size() - 1, 1, 'x');
  EXPECT_EQ(error_of(padded), "");
  EXPECT_EQ(error_of(damaged), "cannot be decoded: its GIF data are damaged");
}

TEST(FormatErrors, BmpKindsThatAreNotReadAreNamed) {
  const std::string hint = "; convert it to PNG";
  std::string bits = fixture("rgb.bmp"), compression = bits, fields = fixture("rgb565.bmp");
  bits[28] = 2;
  EXPECT_EQ(error_of(bits), "is a BMP image with 2 bits per pixel, which is not read" + hint);
  compression[30] = 4;  // a JPEG inside
  EXPECT_EQ(error_of(compression), "is a BMP image of a kind that is not read" + hint);
  fields[54] = 0x5f;  // red without one of its bits
  EXPECT_EQ(error_of(fields), "is a BMP image with an odd layout of bits" + hint);
}

TEST(FormatErrors, ASizeOfZeroIsRefused) {
  const std::string bmp = files_that_claim(0, 19)[1];
  EXPECT_EQ(error_of(bmp), "has no pixels");
  EXPECT_NE(error_of(files_that_claim(23, 0x80000000)[1]), "");  // a height that has no opposite
}

// The size that was asked for is the one after turning.
TEST(Formats, ExpectedSizeIsThatOfTheTurnedImage) {
  const std::string file = fixture("orientation6.jpg");
  std::vector<std::uint8_t> pixels(ImageShape{19, 23}.bytes());
  EXPECT_THROW(decode_image(file, {19, 23}, pixels.data()), WrongSize);
  EXPECT_TRUE(decode_image(file, {23, 19}, pixels.data()).turned);
}

TEST(Formats, AUsedPictureIsLikeANewOne) {
  Picture used, fresh;
  decode_image(fixture("every_alpha.png"), used);
  decode_image(fixture("baseline.jpg"), used);
  decode_image(fixture("baseline.jpg"), fresh);
  EXPECT_EQ(used.pixels, fresh.pixels);
  EXPECT_EQ(used.remarks, fresh.remarks);
  EXPECT_EQ(used.shape, fresh.shape);
}

}  // namespace
}  // namespace ersatz::data
