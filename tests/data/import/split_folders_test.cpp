// Folders of splits as they are called in archives that other people made.

#include "data/import/split_folders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using ::testing::ElementsAre;
using testing::Files;
using testing::png_image;
using testing::ScratchFolder;

DataSet open_photos(const std::filesystem::path& folder, const ScratchFolder& scratch) {
  ImportOptions options;
  options.cache = scratch / "cache";
  return open_data_set({{}, {{"photos", folder}}}, options);
}

std::size_t ignored_images(const DataSet& set) {
  for (const IgnoredFiles& files : set.ignored) {
    if (files.reason == "an image outside train/ and test/") return files.count;
  }
  return 0;
}

TEST(SplitFolders, AreKnownByTheirWords) {
  for (const char* name :
       {"train", "Train", "training_set", "train_images", "seg_train", "Training Data", "images-train"})
    EXPECT_EQ(folder_split(name), NamedSplit::train) << name;
  for (const char* name : {"test", "TESTING", "test_set", "seg_test", "test-images"})
    EXPECT_EQ(folder_split(name), NamedSplit::test) << name;
  for (const char* name : {"val", "valid", "validation_set", "dev"})
    EXPECT_EQ(folder_split(name), NamedSplit::validation) << name;
  for (const char* name : {"", "_", "set", "trains", "bullet_train", "train_test", "test-multiple_fruits", "train2017",
                           "train_1", "train.old", "tr\xc3\xa4in"})
    EXPECT_EQ(folder_split(name), std::nullopt) << name;
}

TEST(SplitFolders, MayBeCalledTrainingSetAndTestSet) {
  const ScratchFolder scratch;
  const DataSet set = open_photos(testing::write_tree(scratch / "in", {{"training_set/cat/1.png", png_image(1)},
                                                                       {"training_set/dog/1.png", png_image(2)},
                                                                       {"test_set/cat/2.png", png_image(3)},
                                                                       {"test_set/dog/2.png", png_image(4)}}),
                                  scratch);
  EXPECT_THAT(set.classes, ElementsAre("cat", "dog"));
  EXPECT_EQ(set.source("photos").train->size(), 2U);
  EXPECT_EQ(set.source("photos").test->size(), 2U);
}

TEST(SplitFolders, MayBeRepeatedInside) {
  const ScratchFolder scratch;
  const Files files{{"seg_train/seg_train/sea/1.png", png_image(1)}, {"seg_train/seg_train/street/1.png", png_image(2)},
                    {"seg_test/seg_test/sea/2.png", png_image(3)},   {"seg_test/seg_test/street/2.png", png_image(4)},
                    {"seg_pred/seg_pred/10004.png", png_image(5)},   {"seg_pred/seg_pred/10005.png", png_image(6)}};
  const DataSet set = open_photos(testing::write_tree(scratch / "in", files), scratch);
  EXPECT_THAT(set.classes, ElementsAre("sea", "street"));
  EXPECT_EQ(set.source("photos").train->size(), 2U);
  EXPECT_EQ(set.source("photos").test_folder, "seg_test/seg_test");
  EXPECT_EQ(set.source("photos").test->file_name(0), "sea/2.png");
  EXPECT_EQ(ignored_images(set), 2U);
}

// "train/train/1.png": a class, since nothing is below it.
TEST(SplitFolders, AreNotTakenForClassesOfThatName) {
  const ScratchFolder scratch;
  const Files files{{"train/train/1.png", png_image(1)},
                    {"train/boat/1.png", png_image(2)},
                    {"test/train/2.png", png_image(3)},
                    {"test/boat/2.png", png_image(4)}};
  EXPECT_THAT(open_photos(testing::write_tree(scratch / "in", files), scratch).classes, ElementsAre("boat", "train"));
  const Files one{{"train/train/1.png", png_image(1)}, {"test/train/2.png", png_image(3)}};
  EXPECT_THAT(open_photos(testing::write_tree(scratch / "one", one), scratch).classes, ElementsAre("train"));
}

}  // namespace
}  // namespace ersatz::data
