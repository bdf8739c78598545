#include "data/duplicates.hpp"

#include <gtest/gtest.h>

#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using testing::Files;
using testing::png_image;

/// The same pixels as png_image(number) in a file of other bytes.
std::string same_pixels(int number) { return png_image(number) + "trailing bytes"; }

TEST(Duplicates, AreCountedAsPairsWithinAndAcrossTheSplits) {
  const testing::ScratchFolder scratch;
  // Image 1: three times in train, twice in test. Image 2: once in each, different files. Image 3: twice in test.
  const Files files{
      {"train/S/c/1.png", png_image(1)}, {"train/S/c/2.png", png_image(1)}, {"train/S/c/3.png", png_image(1)},
      {"train/S/c/4.png", png_image(2)}, {"train/S/c/5.png", png_image(9)}, {"test/S/c/1.png", png_image(1)},
      {"test/S/c/2.png", png_image(3)},  {"test/S/c/3.png", png_image(1)},  {"test/S/c/4.png", same_pixels(2)},
      {"test/S/c/5.png", png_image(3)},  {"test/S/c/6.png", png_image(8)},  {"train/T/c/1.png", png_image(1)}};
  const DataSet set = testing::open_path(testing::write_tree(scratch / "in", files), scratch / "cache");
  const Source& source = set.source("S");

  const DuplicateCounts by_file = duplicate_files(source);
  EXPECT_EQ(by_file.within_train, 3U);
  EXPECT_EQ(by_file.within_test, 2U);
  EXPECT_EQ(by_file.across, 6U);
  EXPECT_EQ(by_file.pairs, 11U);
  EXPECT_EQ(by_file.test_images_in_train, 2U);

  const DuplicateCounts by_pixels = duplicate_pixels(source);
  EXPECT_EQ(by_pixels.pairs, 12U);
  EXPECT_EQ(by_pixels.across, 7U);
  EXPECT_EQ(by_pixels.test_images_in_train, 3U);
  EXPECT_EQ(test_images_without_copy(source), (std::vector<std::uint32_t>{1, 4, 5}));

  EXPECT_EQ(duplicate_pixels(set.source("T")).pairs, 0U);
  EXPECT_TRUE(test_images_without_copy(set.source("T")).empty());
}

TEST(Duplicates, AreFoundAcrossSources) {
  const testing::ScratchFolder scratch;
  const Files files{{"train/G/c/1.png", same_pixels(1)}, {"train/G/c/2.png", png_image(2)},
                    {"train/R/c/1.png", png_image(5)},   {"test/R/c/1.png", png_image(1)},
                    {"test/R/c/2.png", png_image(1)},    {"test/R/c/3.png", png_image(3)}};
  const DataSet set = testing::open_path(testing::write_tree(scratch / "in", files), scratch / "cache");
  EXPECT_EQ(test_images_in_training_of(set.source("G"), set.source("R")), 2U);
  EXPECT_EQ(test_images_in_training_of(set.source("R"), set.source("G")), 0U) << "G has no test images";
  EXPECT_EQ(test_images_in_training_of(set.source("R"), set.source("R")), 0U);
}

TEST(LabelConflicts, AreEqualImagesOfTwoClasses) {
  const testing::ScratchFolder scratch;
  const Files files{{"train/G/cat/1.png", same_pixels(1)}, {"train/G/cat/2.png", png_image(2)},
                    {"train/G/cat/3.png", png_image(2)},   {"train/R/cat/1.png", png_image(5)},
                    {"test/R/dog/1.png", png_image(1)},    {"test/R/dog/2.png", png_image(6)},
                    {"test/R/cat/2.png", png_image(5)}};
  const DataSet set = testing::open_path(testing::write_tree(scratch / "in", files), scratch / "cache");
  const LabelConflicts conflicts = label_conflicts(set);
  EXPECT_EQ(conflicts.images, 2U);
  const std::string train = "train/G/cat/1.png of G is cat", test = "test/R/dog/1.png of R is dog";
  EXPECT_TRUE((conflicts.first == train && conflicts.other == test) ||
              (conflicts.first == test && conflicts.other == train))
      << conflicts.warning();
  EXPECT_EQ(conflicts.warning().find("2 images have an equal image of another class"), 0U);
}

TEST(LabelConflicts, SayNothingWhereThereAreNone) {
  const testing::ScratchFolder scratch;
  const Files files{
      {"train/A/cat/1.png", png_image(1)}, {"train/A/cat/2.png", png_image(1)}, {"test/A/dog/1.png", png_image(2)}};
  const DataSet set = testing::open_path(testing::write_tree(scratch / "in", files), scratch / "cache");
  EXPECT_EQ(label_conflicts(set).warning(), "");
}

}  // namespace
}  // namespace ersatz::data
