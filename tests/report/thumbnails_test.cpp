#include "report/thumbnails.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/output_layout.hpp"
#include "study/run_record.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::report {
namespace {

using ::testing::HasSubstr;

class ThumbnailFiles : public ::testing::Test {
 protected:
  ThumbnailFiles() {
    std::vector<study::TestImage> list;
    for (int i = 0; i < 100; ++i) list.push_back({std::to_string(i) + ".png", i % 2});
    study::write_test_images(out_.path(), "REAL", list, {"a", "b"});
  }
  static Thumbnails some(data::ImageShape shape) {
    static std::vector<std::uint8_t> grey;
    grey.assign(shape.bytes(), 128);
    return make_thumbnails({3, 7, 99}, shape, [](std::uint32_t) { return std::span<const std::uint8_t>(grey); });
  }
  std::string error_with(const std::string& key, const Json& value) const {
    const auto file = study::thumbnails_file(out_.path(), "REAL");
    write_thumbnails(out_.path(), "REAL", some({32, 32}));
    Json changed = read_json(file);
    changed[key] = value;
    write_json(file, changed);
    try {
      return read_thumbnails(out_.path(), "REAL", 100) ? "read" : "nothing";
    } catch (const Error& problem) {
      return problem.what();
    }
  }

  testing::ScratchFolder out_;
};

TEST_F(ThumbnailFiles, AreReadAsTheyWereWritten) {
  EXPECT_FALSE(read_thumbnails(out_.path(), "REAL", 100));
  const Thumbnails made = some({32, 20});
  EXPECT_EQ(made.shape, (data::ImageShape{32, 20}));
  EXPECT_EQ(made.stride, (data::ImageShape{32, 32})) << "whole blocks of the JPEG";
  write_thumbnails(out_.path(), "REAL", made);
  const auto read = read_thumbnails(out_.path(), "REAL", 100);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->shape, made.shape);
  EXPECT_EQ(read->stride, made.stride);
  EXPECT_EQ(read->columns, 3);
  EXPECT_EQ(read->rows(), 1);
  EXPECT_EQ(read->images, made.images);
  EXPECT_EQ(read->jpeg, made.jpeg);
  EXPECT_EQ(read->place_of(7), 1U);
  EXPECT_FALSE(read->place_of(8));
}

TEST_F(ThumbnailFiles, OfLargeImagesAreSmallAndFew) {
  EXPECT_EQ(some({480, 640}).shape, (data::ImageShape{48, 64}));
  EXPECT_EQ(most_thumbnails({32, 32}), 1200U);
  EXPECT_EQ(most_thumbnails({480, 640}), 1'600'000U / (48 * 64));
}

// After drop_duplicates another list of test images is there: pictures would stand beside wrong names.
TEST_F(ThumbnailFiles, OfAnotherListAreNone) {
  write_thumbnails(out_.path(), "REAL", some({32, 32}));
  study::write_test_images(out_.path(), "REAL", {{"b.png", 1}, {"c.png", 0}}, {"a", "b"});
  EXPECT_FALSE(read_thumbnails(out_.path(), "REAL", 2));
}

TEST_F(ThumbnailFiles, WhatNobodyWroteIsAnError) {
  EXPECT_THAT(error_with("jpeg", "x); } body { background: url(http://elsewhere"), HasSubstr("its numbers do not fit"));
  EXPECT_THAT(error_with("images", {3, 7, 100}), HasSubstr("its numbers do not fit"));
  EXPECT_THAT(error_with("images", {7, 3}), HasSubstr("its numbers do not fit"));
  EXPECT_THAT(error_with("columns", 0), HasSubstr("its numbers do not fit"));
  EXPECT_THAT(error_with("height", 100000), HasSubstr("its numbers do not fit"));
  EXPECT_THAT(error_with("width", "wide"), HasSubstr("REAL-thumbnails.json is not as ersatz writes it"));
  EXPECT_EQ(error_with("format", 2), "nothing") << "a later version's: the page has no pictures";
}

}  // namespace
}  // namespace ersatz::report
