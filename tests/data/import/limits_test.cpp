// Containers that list more than they should.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/isolated.hpp"
#include "data/import/archive_reader.hpp"
#include "data/import/folder_reader.hpp"
#include "data/import/zip_directory.hpp"
#include "data/make_data.hpp"
#include "data/parquet/image_features.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using ::testing::AllOf;
using testing::Files;
using ::testing::HasSubstr;
using testing::Packing;

Files numbered(int count) {
  Files files;
  for (int i = 0; i < count; ++i) files.emplace_back("train/S/c/" + std::to_string(1000 + i) + ".png", "x");
  return files;
}

/// What reading throws, with its hint; "" when it throws nothing.
template <typename Reader>
std::string refusal(const std::filesystem::path& path, const ListingLimits& limits) {
  try {
    const Reader reader(path, limits);
    return {};
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
}

TEST(ContainerLimits, MoreFilesThanAllowedAreOneError) {
  const testing::ScratchFolder scratch;
  const ListingLimits five{5, 1000}, four{4, 1000};
  for (const Packing packing : {Packing::zip, Packing::tar, Packing::tar_gz}) {
    const auto path = testing::write_archive(scratch / "in.archive", numbered(5), packing);
    EXPECT_EQ(refusal<ArchiveReader>(path, five), "");
    EXPECT_THAT(refusal<ArchiveReader>(path, four), AllOf(HasSubstr("holds more than 4 files"), HasSubstr("Parquet")));
  }
  const auto folder = testing::write_tree(scratch / "in", numbered(5));
  EXPECT_EQ(refusal<FolderReader>(folder, five), "");
  EXPECT_THAT(refusal<FolderReader>(folder, four), HasSubstr("holds more than 4 files"));
}

TEST(ContainerLimits, LongerNamesThanAllowedAreOneError) {
  const testing::ScratchFolder scratch;
  const auto path = testing::write_archive(scratch / "in.tar", numbered(5), Packing::tar);  // 18 bytes each
  EXPECT_EQ(refusal<ArchiveReader>(path, {10, 90}), "");
  EXPECT_THAT(refusal<ArchiveReader>(path, {10, 89}),
              HasSubstr("the names of its files are longer than 89 bytes together"));
}

TEST(ContainerLimits, ANameOfExtremeDepthIsRefusedAtOnce) {
  const testing::ScratchFolder scratch;
  std::string deep, deeper;
  for (int i = 0; i < 160'000; ++i) deeper += "train/";
  for (int i = 0; i < 65; ++i) deep += "d/";
  for (const Packing packing : {Packing::tar, Packing::tar_gz}) {
    const auto path = testing::write_archive(scratch / "deeper.tar", {{deeper + "x.png", "x"}}, packing);
    // It took 5.9 GB when each of its folders was looked at by its whole name.
    std::string error;
    try {
      run_isolated([&] { throw Error(testing::error_of(path, scratch / "cache")); }, {5, 100'000'000, 60});
    } catch (const Error& problem) {
      error = problem.what();
    }
    EXPECT_THAT(error, AllOf(HasSubstr("has 960,005 bytes; 4,096 is the most"), HasSubstr("train/train/")));
    EXPECT_LT(error.size(), 500U);
  }
  for (const Packing packing : {Packing::zip, Packing::tar}) {
    const auto path = testing::write_archive(scratch / "deep", {{deep + "x.png", "x"}}, packing);
    EXPECT_THAT(testing::error_of(path, scratch / "cache"), HasSubstr("lies in more than 64 folders"));
  }
  testing::write_plain(scratch / ("in/" + deep + "x.png"), "x");
  EXPECT_THAT(testing::error_of(scratch / "in", scratch / "cache"), HasSubstr("lies in more than 64 folders"));
  EXPECT_EQ(FolderReader(scratch / "in/d").files().size(), 1U);
  EXPECT_EQ(safe_path(deep.substr(2) + "x.png", "x.zip"), deep.substr(2) + "x.png") << "64 are allowed";
  EXPECT_EQ(safe_path(std::string(4096, 'n'), "x.zip").size(), 4096U);
  EXPECT_THROW(safe_path(std::string(4097, 'n'), "x.zip"), Error);
}

TEST(TableLimits, JsonOfExtremeDepthIsRefused) {
  const testing::ScratchFolder scratch;
  const std::string deep = "{\"file_name\":" + std::string(1'000'000, '[');
  const auto folder = testing::write_tree(
      scratch / "in",
      {{"cat/a.png", testing::png_image(1)}, {"dog/b.png", testing::png_image(2)}, {"metadata.jsonl", deep}});
  EXPECT_THAT(testing::error_of({{}, {{"A", folder}}}, scratch / "cache"),
              HasSubstr("metadata.jsonl: line 1 is JSON of more than 64 levels"));
  try {
    read_image_features(std::string(1'000'000, '['));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "is damaged: what it notes under \"huggingface\" is JSON of more than 64 levels");
  }
}

std::string little_endian(std::uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  return bytes;
}

TEST(ZipDirectory, IsCountedBeforeItIsRead) {
  const testing::ScratchFolder scratch;
  const std::string zip = read_file(testing::write_archive(scratch / "in.zip", numbered(7), Packing::stored_zip));
  // The same with the end that archives of more than 65,535 files have.
  const std::string end = zip.substr(zip.size() - 22);
  const std::string size = end.substr(12, 4) + little_endian(0, 4), offset = end.substr(16, 4) + little_endian(0, 4);
  const std::string zip64 = zip.substr(0, zip.size() - 22) + "PK\x06\x06" + little_endian(44, 8) +
                            little_endian(45, 2) + little_endian(45, 2) + little_endian(0, 8) + little_endian(7, 8) +
                            little_endian(7, 8) + size + offset + "PK\x06\x07" + little_endian(0, 4) +
                            little_endian(zip.size() - 22, 8) + little_endian(1, 4) + "PK\x05\x06" +
                            little_endian(0, 4) + std::string(12, '\xFF') + little_endian(0, 2);
  for (const std::string& whole :
       {zip, zip64, "something before it" + zip, zip.substr(0, zip.size() - 2) + little_endian(9, 2) + "a comment"}) {
    EXPECT_FALSE(zip_names_more_than(7, whole));
    EXPECT_TRUE(zip_names_more_than(6, whole));
  }
  testing::write_plain(scratch / "64.zip", zip64);
  EXPECT_EQ(ArchiveReader(scratch / "64.zip").files().size(), 7U) << "a zip as others read it";
  // Every cut, and ends that lie: no access behind the end.
  for (std::size_t cut = 0; cut < zip64.size(); ++cut) {
    std::string part = zip64.substr(0, cut);
    zip_names_more_than(3, part);
    part = zip64;
    part[cut] = static_cast<char>(~part[cut]);
    zip_names_more_than(3, part);
  }
  EXPECT_FALSE(zip_names_more_than(0, ""));
  EXPECT_FALSE(zip_names_more_than(0, "no zip"));
  const std::string nothing = zip64.substr(zip64.size() - 42);  // both ends of one without files
  EXPECT_FALSE(zip_names_more_than(0, nothing));
}

}  // namespace
}  // namespace ersatz::data
