#include "audit/encoding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "audit/source_files.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/make_data.hpp"

namespace ersatz::audit {
namespace {

using ::testing::ElementsAre;

constexpr data::ImageShape kShape{24, 16};

std::string jpeg(int quality) { return data::encode_jpeg(testing::image_pixels(1, kShape), kShape, quality); }

// A chunk of a PNG, without a right checksum: nobody looks at it.
std::string chunk(const std::string& kind, const std::string& body) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(body.size() >> shift & 255);
  return bytes + kind + body + "....";
}

std::string png_with(const std::string& chunks) {
  const std::string png = testing::png_image(1, kShape);
  constexpr std::size_t kBehindHeader = 8 + 12 + 13;
  return png.substr(0, kBehindHeader) + chunks + png.substr(kBehindHeader);
}

// A TIFF directory of one entry: the program's name, behind it.
std::string exif_of(const std::string& program) {
  const std::string head("MM\0\x2a\0\0\0\x08\0\x01\x01\x31\0\x02\0\0\0", 17);
  return head + static_cast<char>(program.size() + 1) + std::string("\0\0\0\x1a\0\0\0\0", 8) + program + '\0';
}

TEST(Encoding, OfAJpegIsItsQualityAndSampling) {
  for (const int quality : {1, 30, 50, 75, 90, 100}) {
    const Encoding found = encoding_of(jpeg(quality));
    EXPECT_EQ(found.format, Format::jpeg);
    EXPECT_EQ(found.quality, quality);
    EXPECT_EQ(found.chroma, Chroma::quarter);
    EXPECT_EQ(found.channels, 3);
    EXPECT_EQ(found.width, 16);
    EXPECT_EQ(found.height, 24);
    EXPECT_FALSE(found.progressive);
  }
  EXPECT_EQ(describe(encoding_of(jpeg(75))), "JPEG, quality 75, 4:2:0");
}

TEST(Encoding, OfAJpegWithOtherTablesIsNoQuality) {
  std::string file = jpeg(90);
  const std::size_t table = file.find("\xff\xdb");
  ASSERT_NE(table, std::string::npos);
  file[table + 5] = 77;  // the first divisor
  const Encoding found = encoding_of(file);
  EXPECT_EQ(found.quality, 0);
  EXPECT_NE(found.mean_divisor, encoding_of(jpeg(90)).mean_divisor);
  EXPECT_THAT(describe(found), ::testing::StartsWith("JPEG, tables of its own (mean divisor "));
}

TEST(Encoding, OfAPngHasItsWords) {
  const std::string parameters("parameters\0a cat, steps: 20", 27), prompt("prompt\0{}", 9);
  const Encoding found =
      encoding_of(png_with(chunk("tEXt", parameters) + chunk("iTXt", prompt) + chunk("tEXt", parameters)));
  EXPECT_EQ(found.format, Format::png);
  EXPECT_EQ(found.channels, 3);
  EXPECT_THAT(found.notes, ElementsAre("PNG text parameters", "PNG text prompt"));
  EXPECT_EQ(describe(found), "PNG, colour");
}

TEST(Encoding, NamesTheProgramOfExif) {
  const Encoding found = encoding_of(png_with(chunk("eXIf", exif_of("Diffuser 2")) + chunk("caBX", "")));
  EXPECT_THAT(found.notes, ElementsAre("EXIF", "EXIF Software: Diffuser 2", "content credentials"));
}

TEST(Encoding, OfAWebPIsItsKindAndSize) {
  const std::string lossless("\x2f\x0f\xc0\x05\x00", 5);  // 16 x 24
  const std::string file = std::string("RIFF\0\0\0\0WEBPVP8L\x05\0\0\0", 20) + lossless;
  const Encoding found = encoding_of(file);
  EXPECT_EQ(found.format, Format::webp);
  EXPECT_EQ(found.width, 16);
  EXPECT_EQ(found.height, 24);
  EXPECT_EQ(describe(found), "WebP, without loss");
}

TEST(Encoding, OfWhatIsCutShortEndsQuietly) {
  const std::string files[] = {jpeg(80),
                               png_with(chunk("eXIf", exif_of("x")) + chunk("tEXt", "a")),
                               std::string("RIFF\0\0\0\0WEBPVP8X\xff\xff\xff\xff", 20),
                               "BM",
                               "GIF89a",
                               ""};
  for (const std::string& file : files) {
    for (std::size_t size = 0; size <= file.size(); ++size) {
      EXPECT_EQ(encoding_of(std::string_view(file).substr(0, size)).bytes, size);
    }
  }
}

TEST(Encoding, OfAnOldBmpHasSidesOfTwoBytes) {
  const std::string head = "BM" + std::string(12, '\0');
  const Encoding old = encoding_of(head + std::string("\x0c\0\0\0\x10\0\x18\0\x01\0", 10));
  EXPECT_EQ(old.width, 16);
  EXPECT_EQ(old.height, 24);
  const Encoding top_down = encoding_of(head + std::string("\x28\0\0\0\x10\0\0\0\xe8\xff\xff\xff", 12));
  EXPECT_EQ(top_down.width, 16);
  EXPECT_EQ(top_down.height, 24);
}

TEST(Encoding, KeepsFewShortPlainNotes) {
  std::string chunks;
  for (int i = 0; i < 40; ++i)
    chunks += chunk("tEXt", std::string("k\x1b\xff") + std::to_string(i) + std::string(200, 'x'));
  const Encoding found = encoding_of(png_with(chunks));
  EXPECT_EQ(found.notes.size(), 16U);
  EXPECT_EQ(found.notes[0], "PNG text k0" + std::string(69, 'x'));
}

}  // namespace
}  // namespace ersatz::audit
