#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/import/container.hpp"
#include "data/import/shards.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using testing::Files;
using ::testing::HasSubstr;
using testing::Packing;
using testing::ScratchFolder;
using testing::write_archive;
using testing::write_tree;

std::string fixture(const std::string& name) {
  return read_file(fs::path(ERSATZ_SOURCE_DIR) / "tests/data/parquet/fixtures" / name);
}

/// Image i of the fixtures (make_fixtures.mjs).
std::vector<std::uint8_t> fixture_pixels(std::size_t i) {
  std::vector<std::uint8_t> pixels;
  for (std::size_t k = 0; k < 48; ++k) pixels.push_back(static_cast<std::uint8_t>(37 * i + 11 * (k / 3) + 5 * (k % 3)));
  return pixels;
}

class ParquetImport : public ::testing::Test {
 protected:
  DataSet open(const fs::path& path, bool skip_broken = false) {
    ImportOptions options;
    options.cache = scratch_ / "cache";
    options.skip_broken = skip_broken;
    options.threads = 2;
    return open_data_set({{}, {{"REAL", path}}}, options);
  }
  DataSet open(const Files& files) { return open(write_tree(scratch_ / "in", files)); }
  std::string error(const Files& files) {
    fs::remove_all(scratch_ / "bad");
    return error_of({{}, {{"REAL", write_tree(scratch_ / "bad", files)}}}, scratch_ / "cache");
  }

  ScratchFolder scratch_;
};

void expect_fixture_rows(const ImageStore& store, std::size_t first) {
  for (std::size_t i = 0; i < 20; ++i) {
    const auto pixels = fixture_pixels(i);
    const auto image = store.image(first + i);
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), image.begin(), image.end())) << i;
    EXPECT_EQ(store.labels()[first + i], static_cast<std::int32_t>((7 * i + 1) % 4));
  }
}

TEST_F(ParquetImport, ShardsOfASplitAreOneStoreInTheirOrder) {
  const DataSet set = open(Files{{"README.md", "x"},
                                 {"data/train-00001-of-00002.parquet", fixture("delta.parquet")},
                                 {"data/train-00000-of-00002.parquet", fixture("snappy_v1_groups.parquet")},
                                 {"data/test-00000-of-00001.parquet", fixture("zstd_v2_pages.parquet")},
                                 {"data/validation-00000-of-00001.parquet", fixture("gzip_v1_pages.parquet")}});
  EXPECT_THAT(set.classes, ElementsAre("ant", "bee", "cat", "dog"));
  EXPECT_EQ(set.shape, (ImageShape{4, 4}));
  const ImageStore& train = *set.source("REAL").train;
  ASSERT_EQ(train.size(), 40U);
  expect_fixture_rows(train, 0);
  expect_fixture_rows(train, 20);
  EXPECT_EQ(train.file_name(21), "train-00001-of-00002.parquet/00001");
  EXPECT_EQ(set.source("REAL").train_folder, "data");
  ASSERT_EQ(set.source("REAL").test->size(), 20U);
  expect_fixture_rows(*set.source("REAL").test, 0);
  std::map<std::string, std::size_t> ignored;
  for (const IgnoredFiles& one : set.ignored) ignored[one.reason] = one.count;
  EXPECT_EQ(ignored["not a Parquet file"], 1U);
  EXPECT_EQ(ignored["for validation, beside others for testing"], 1U);
}

TEST_F(ParquetImport, ValidationIsForTestingWhereThereIsNoOther) {
  const DataSet set = open(Files{{"train-00000.parquet", fixture("snappy_v1_groups.parquet")},
                                 {"validation-00000.parquet", fixture("other_binary.parquet")}});
  EXPECT_EQ(set.source("REAL").train->size(), 20U);
  expect_fixture_rows(*set.source("REAL").test, 0);
}

TEST_F(ParquetImport, AFileAZipAndAFolderAreTheSame) {
  const Files files{{"train.parquet", fixture("snappy_v1_groups.parquet")}};
  const DataSet folder = open(files);
  testing::write_plain(scratch_ / "train.parquet", files[0].second);
  testing::write_plain(scratch_ / "some-download", files[0].second);
  EXPECT_EQ(open(scratch_ / "train.parquet").fingerprint, folder.fingerprint);
  EXPECT_EQ(open(write_archive(scratch_ / "a.zip", files, Packing::zip)).fingerprint, folder.fingerprint);
  EXPECT_EQ(open_container(scratch_ / "some-download")->files().size(), 1U) << "known by its first bytes";
}

TEST_F(ParquetImport, TextLabelsAreTheClassesOfAllShards) {
  const DataSet set = open(Files{{"train-0.parquet", fixture("text_labels.parquet")}});
  EXPECT_THAT(set.classes, ElementsAre("Ant", "bee", "zebra", "äffchen"));
  EXPECT_EQ(set.source("REAL").train->labels()[0], 0);  // label 1 of the fixtures is "Ant"
}

TEST_F(ParquetImport, RowsWithoutImageOrLabelAreErrorsOrSkipped) {
  const Files files{{"train.parquet", fixture("missing.parquet")}};
  EXPECT_THAT(error(files), AllOf(HasSubstr("train.parquet/00003: has no label"), HasSubstr("--skip-broken")));
  const DataSet set = open(write_tree(scratch_ / "in", files), true);
  EXPECT_EQ(set.source("REAL").train->size(), 17U);
  ASSERT_EQ(set.skipped.size(), 3U);
  EXPECT_EQ(set.skipped[0].path, "train.parquet/00003");
  EXPECT_EQ(set.skipped[1].path, "train.parquet/00005");
  EXPECT_EQ(set.source("REAL").train->file_name(3), "train.parquet/00004");
}

TEST_F(ParquetImport, WhatDoesNotFitTogetherIsAnError) {
  const auto with = [&](const std::string& bytes) {
    return error({{"test-0.parquet", fixture("snappy_v1_groups.parquet")}, {"train-0.parquet", bytes}});
  };
  EXPECT_THAT(with(fixture("no_names.parquet")), HasSubstr("are not of one data set"));
  EXPECT_THAT(with(fixture("text_labels.parquet")), HasSubstr("image and label and img and label differ"));
  std::string other = fixture("delta.parquet");
  for (std::size_t at = 0; (at = other.find("\"bee\"", at)) != std::string::npos;) other.replace(at, 5, "\"Bee\"");
  EXPECT_THAT(with(other), HasSubstr("have different classes"));
  EXPECT_THAT(with(fixture("brotli.parquet")), HasSubstr("train-0.parquet: is compressed with BROTLI"));
  EXPECT_THAT(with(fixture("delta.parquet").substr(0, 2000)),
              HasSubstr("train-0.parquet: is a Parquet file that is cut"));
  EXPECT_THAT(
      error_of(write_tree(scratch_ / "no-source", {{"a.parquet", fixture("delta.parquet")}}), scratch_ / "cache"),
      AllOf(HasSubstr("Parquet files, which name no source"), HasSubstr("[data.sources]")));
  EXPECT_FALSE(fs::exists(scratch_ / "cache"));
}

TEST_F(ParquetImport, ADamagedPageIsNamedAndNotSkipped) {
  std::string bytes = fixture("uncompressed_v2.parquet");
  const std::size_t image = bytes.find("\x89PNG");
  bytes[image - 4] = '\xff';  // the length of the first value
  const fs::path path = write_tree(scratch_ / "in", {{"train.parquet", bytes}});
  try {
    open(path, true);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("train.parquet: is damaged"));
  }
}

TEST_F(ParquetImport, AFileLargerThanAnImageMayBe) {
  // A hole of 300 MiB between magic and pages would change offsets, so it lies in a file beside: all are hashed.
  const fs::path folder = write_tree(scratch_ / "in", {{"train.parquet", fixture("delta.parquet")}, {"hole.bin", "x"}});
  const std::string before = content_hash(folder);
  fs::resize_file(folder / "hole.bin", 300U << 20);
  EXPECT_EQ(open(folder).source("REAL").train->size(), 20U);
  const std::string with_hole = content_hash(folder);
  std::fstream(folder / "hole.bin", std::ios::in | std::ios::out).seekp(299 << 20) << 'x';
  EXPECT_NE(content_hash(folder), with_hole);
  EXPECT_NE(before, with_hole);
}

TEST(Shards, NamesTellTheSplit) {
  EXPECT_EQ(named_split("data/train-00000-of-00002.parquet"), NamedSplit::train);
  EXPECT_EQ(named_split("plain_text/test/0000.parquet"), NamedSplit::test);
  EXPECT_EQ(named_split("default/partial-train/0000.parquet"), NamedSplit::train);
  EXPECT_EQ(named_split("x/Validation_1.parquet"), NamedSplit::validation);
  EXPECT_EQ(named_split("train/val.npz"), NamedSplit::validation);
  EXPECT_EQ(named_split("trainers/unsupervised-0.parquet"), std::nullopt);
}

TEST(Shards, OtherSplitsAreLeftOutBesideKnownOnes) {
  std::vector<IgnoredFiles> ignored;
  const auto chosen = choose_shards({{0, "extra-0", {}, 1}, {1, "train-0", NamedSplit::train, 1}}, ignored);
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].file, 1U);
  ASSERT_EQ(ignored.size(), 1U);
  EXPECT_EQ(ignored[0].example, "extra-0");
  EXPECT_EQ(choose_shards({{0, "part-0", {}, 1}, {1, "part-1", {}, 1}}, ignored).size(), 2U);
}

TEST(Shards, FolderAndNamesMakeThePath) {
  const auto splits = plan_shards({{0, "a/b/train/1.x", NamedSplit::train, 3},
                                   {1, "a/c/train/0.x", NamedSplit::train, 2},
                                   {2, "a/test/0.x", NamedSplit::test, 0}},
                                  "S");
  ASSERT_EQ(splits.size(), 1U);
  EXPECT_EQ(splits[0].folder, "a");
  EXPECT_EQ(splits[0].files[1].name, "c/train/0.x");
  EXPECT_EQ(splits[0].image_count(), 5U);
}

}  // namespace
}  // namespace ersatz::data
