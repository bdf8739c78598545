// Test images put together anew: what they are called, what is done to them, and that it is done once.

#include "data/changed_images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/damaged_file.hpp"
#include "base/files.hpp"
#include "data/make_data.hpp"
#include "data/store_format.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;
using ::testing::StartsWith;

class ChangedImages : public ::testing::Test {
 protected:
  const Source& source(const char* name) const { return set_.source(name); }
  std::shared_ptr<const ImageStore> make(const std::vector<ChosenImages>& parts,
                                         const std::vector<Augmentation>& transform) const {
    return changed_images(parts, transform, scratch_ / "cache");
  }

  testing::ScratchFolder scratch_;
  DataSet set_ =
      testing::open_path(testing::write_tree(scratch_ / "in", testing::cifake_files("", 2, 2)), scratch_ / "cache");
};

std::vector<std::uint8_t> pixels(const ImageStore& store, std::size_t i) {
  const auto image = store.image(i);
  return {image.begin(), image.end()};
}

std::size_t place_of(const ImageStore& store, std::string_view name) {
  for (std::size_t i = 0; i < store.size(); ++i) {
    if (store.file_name(i) == name) return i;
  }
  ADD_FAILURE() << "there is no " << name;
  return 0;
}

TEST_F(ChangedImages, UnchangedTheyAreWhatTheyWereUnderTheNamesOfTheirSources) {
  const auto& real = source("REAL").test;
  const auto& fake = source("FAKE").test;
  // In whatever order the sources come, names are in byte order.
  const auto both = make({{"REAL", real, {0, 3}}, {"FAKE", fake, {1, 2, 5}}}, {});
  ASSERT_EQ(both->size(), 5U);
  const std::vector<std::pair<const ImageStore*, std::uint32_t>> from{
      {fake.get(), 1}, {fake.get(), 2}, {fake.get(), 5}, {real.get(), 0}, {real.get(), 3}};
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto [store, index] = from[i];
    EXPECT_EQ(pixels(*both, i), pixels(*store, index));
    EXPECT_EQ(both->labels()[i], store->labels()[index]);
    EXPECT_EQ(both->pixel_hash(i), store->pixel_hash(index));
    EXPECT_EQ(both->file_hash(i), store->file_hash(index));
    EXPECT_EQ(both->file_name(i), (i < 3 ? "FAKE/" : "REAL/") + std::string(store->file_name(index)));
  }
  EXPECT_TRUE(is_intact(*both));
}

TEST_F(ChangedImages, AChangeDependsOnTheImageAndNotOnTheOthers) {
  const auto& real = source("REAL").test;
  const std::vector<Augmentation> change{Noise{1, 12}};
  const auto all = make({{"REAL", real, {0, 1, 2, 3, 4}}, {"FAKE", source("FAKE").test, {0}}}, change);
  const auto some = make({{"REAL", real, {3}}}, change);
  const auto other_name = make({{"OTHER", real, {3}}}, change);
  EXPECT_NE(pixels(*some, 0), pixels(*real, 3));
  EXPECT_EQ(pixels(*some, 0), pixels(*all, place_of(*all, some->file_name(0))));
  EXPECT_NE(pixels(*some, 0), pixels(*other_name, 0));
  EXPECT_NE(some->file_hash(0), real->file_hash(3)) << "it is no copy of the file any more";
}

TEST_F(ChangedImages, AreMadeOnceAndAnewForAnotherChange) {
  const auto& real = source("REAL").test;
  const std::vector<ChosenImages> parts{{"REAL", real, {0, 1}}};
  const fs::path first = make(parts, {Jpeg{1, 40, 40}})->path();
  EXPECT_THAT(first.filename().string(), StartsWith("changed-"));
  const auto written = fs::last_write_time(first);
  EXPECT_EQ(make(parts, {Jpeg{1, 40, 40}})->path(), first);
  EXPECT_EQ(fs::last_write_time(first), written);
  EXPECT_NE(make(parts, {Jpeg{1, 41, 41}})->path(), first);
  EXPECT_NE(make({{"REAL", real, {0, 2}}}, {Jpeg{1, 40, 40}})->path(), first);
  EXPECT_NE(make(parts, {Jpeg{1, 40, 40}, Flip{1, false}})->path(), first);
}

TEST_F(ChangedImages, ADamagedStoreIsFound) {
  const std::vector<ChosenImages> parts{{"REAL", source("REAL").test, {0, 1}}};
  const fs::path file = make(parts, {})->path();
  std::string bytes = read_file(file);
  bytes.resize(bytes.size() - 1);
  testing::write_plain(file, bytes);
  EXPECT_THROW(make(parts, {}), DamagedFile);
}

}  // namespace
}  // namespace ersatz::data
