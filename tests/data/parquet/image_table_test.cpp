// Against files that Arrow's Rust implementation and hyparquet-writer wrote (make_fixtures.mjs), with expected.json
// beside.

#include "data/parquet/image_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "data/codec/decode.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const fs::path kFolder = fs::path(ERSATZ_SOURCE_DIR) / "tests/data/parquet/fixtures";

std::string fixture(const std::string& name) { return read_file(kFolder / name); }

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

/// Reads everything; the text of the Error, or "".
std::string read_all(std::string_view bytes, const ImageColumns& wanted = {}) {
  try {
    const ImageTable table(bytes, wanted);
    const std::vector<std::string> classes = table.classes();
    ImageRows rows(table, classes);
    std::size_t sum = 0;
    while (const auto row = rows.next()) {
      for (const char c : row->bytes) sum += static_cast<unsigned char>(c);
    }
    EXPECT_LT(sum, std::size_t{1} << 40);
    return "";
  } catch (const Error& error) {
    return error.what() + std::string(" ") + error.hint();
  }
}

TEST(ImageTable, ReadsEveryRowOfFilesThatOthersWrote) {
  const Json expected = read_json(kFolder / "expected.json");
  const std::vector<std::string> images = expected["images"];
  std::size_t files = 0;
  for (const auto& [name, file] : expected["files"].items()) {
    if (file.contains("refused") || name == "missing.parquet") continue;
    SCOPED_TRACE(name);
    ++files;
    const std::string bytes = fixture(name);
    const ImageTable table(bytes);
    const std::vector<std::string> classes = table.classes();
    EXPECT_EQ(classes, file["classes"].get<std::vector<std::string>>());
    ASSERT_EQ(table.rows(), 20U);
    ImageRows rows(table, classes);
    for (std::size_t i = 0; i < 20; ++i) {
      const auto row = rows.next();
      ASSERT_TRUE(row.has_value());
      const std::string number = std::to_string(i);
      if (file.contains("problems") && file["problems"].contains(number)) {
        EXPECT_THAT(row->problem, HasSubstr(file["problems"][number].get<std::string>()));
        continue;
      }
      EXPECT_EQ(row->problem, "");
      EXPECT_EQ(row->label, file["labels"][i].get<int>()) << i;
      const std::size_t image = file.contains("images") ? file["images"][i].get<std::size_t>() : i;
      EXPECT_EQ(row->bytes, from_hex(images[image])) << i;
    }
    EXPECT_FALSE(rows.next().has_value());
    EXPECT_FALSE(rows.next().has_value());
  }
  EXPECT_GE(files, 10U);
}

TEST(ImageTable, ItsBytesAreImages) {
  const std::string bytes = fixture("snappy_v1_groups.parquet");
  const ImageTable table(bytes);
  EXPECT_EQ(table.image_column(), "image");
  const auto classes = table.classes();
  ImageRows rows(table, classes);
  rows.next();
  const auto row = rows.next();
  std::vector<std::uint8_t> pixels(4 * 4 * 3);
  decode_image(row->bytes, {4, 4}, pixels.data());
  for (std::size_t k = 0; k < pixels.size(); ++k) EXPECT_EQ(pixels[k], (37 + 11 * (k / 3) + 5 * (k % 3)) % 256);
}

TEST(ImageTable, SaysWhereLabelsComeFrom) {
  const auto naming = [](const char* name) {
    const std::string bytes = fixture(name);
    return ImageTable(bytes).naming();
  };
  EXPECT_EQ(naming("delta.parquet"), ImageTable::Naming::listed);
  EXPECT_EQ(naming("text_labels.parquet"), ImageTable::Naming::text);
  EXPECT_EQ(naming("no_names.parquet"), ImageTable::Naming::numbered);
}

TEST(ImageTable, RowsWithoutImageOrLabelHaveAProblemAndTheOthersAreRead) {
  const std::string bytes = fixture("missing.parquet");
  const ImageTable table(bytes);
  const auto classes = table.classes();
  ImageRows rows(table, classes);
  std::vector<std::string> problems(20);
  for (std::string& problem : problems) problem = rows.next()->problem;
  EXPECT_THAT(problems[3], HasSubstr("has no label"));
  EXPECT_THAT(problems[5], HasSubstr("has no image"));
  EXPECT_THAT(problems[7], HasSubstr("has the label -1"));
  EXPECT_EQ(std::count(problems.begin(), problems.end(), ""), 17);
}

TEST(ImageTable, ColumnsCanBeNamed) {
  const std::string bytes = fixture("other_delta.parquet");
  EXPECT_EQ(ImageTable(bytes, {"image", "id"}).label_column(), "id");
  EXPECT_THAT(ImageTable(bytes, {"", "id"}).classes(), ElementsAre("x"));
  EXPECT_THAT(read_all(bytes, {"photo", ""}),
              AllOf(HasSubstr("no column of images called \"photo\""), HasSubstr("it has image")));
}

TEST(ImageTable, LabelsOutsideTheClassesAreAProblemOfTheirRow) {
  const std::string bytes = fixture("no_names.parquet");
  const ImageTable table(bytes);
  const std::vector<std::string> few{"0", "1"};
  ImageRows rows(table, few);
  EXPECT_EQ(rows.next()->problem, "");                                                    // 1
  EXPECT_EQ(rows.next()->problem, "");                                                    // 0
  EXPECT_THAT(rows.next()->problem, HasSubstr("a label that is none of the 2 classes"));  // 3
}

TEST(ImageTable, WhatIsNotReadIsSaid) {
  EXPECT_THAT(read_all(fixture("brotli.parquet")),
              AllOf(HasSubstr("compressed with BROTLI"), HasSubstr("write it again")));
  EXPECT_THAT(read_all(fixture("lz4.parquet")), HasSubstr("compressed with LZ4_RAW"));
  EXPECT_THAT(read_all(fixture("split.parquet")), HasSubstr("the encoding BYTE_STREAM_SPLIT"));
  EXPECT_THAT(read_all("PK\x03\x04 something else"), HasSubstr("not a Parquet file"));
  EXPECT_THAT(read_all("PAR1 .... PARE"), HasSubstr("encrypted"));
}

TEST(ImageTable, FilesThatAreCutShortAreErrorsAtEveryLength) {
  for (const char* name : {"snappy_v1_groups.parquet", "other_dictionary.parquet"}) {
    const std::string whole = fixture(name);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const std::vector<char> exactly(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_NE(read_all({exactly.data(), exactly.size()}), "") << name << " cut to " << length;
    }
  }
}

// Each byte of each file gets other values; asan shows a read outside of the file.
TEST(ImageTable, FlippedBytesGiveAnErrorOrValues) {
  std::size_t errors = 0;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".parquet") continue;
    const std::string whole = read_file(entry.path());
    std::vector<char> bytes(whole.begin(), whole.end());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const char change : {'\x01', '\x80', '\xff'}) {
        bytes[at] = static_cast<char>(whole[at] ^ change);
        if (!read_all({bytes.data(), bytes.size()}).empty()) ++errors;
      }
      bytes[at] = whole[at];
    }
  }
  EXPECT_GT(errors, 1000U);
}

}  // namespace
}  // namespace ersatz::data
