// Which images metrics compare.

#include "quality/samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "base/error.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::quality {
namespace {

class SamplesTest : public ::testing::Test {
 protected:
  data::DataSet open() const { return testing::open_tiny(folder_ / "data", folder_ / "cache"); }
  void write(const testing::TinySource& source) const { testing::write_tiny_source(folder_ / "data", source); }
  static std::set<std::string> names(const data::Selection& images) {
    std::set<std::string> names;
    for (const data::ImageReference& image : images.images) names.emplace(image.store->file_name(image.index));
    return names;
  }

  testing::ScratchFolder folder_;
};

TEST_F(SamplesTest, TakeAsManyOfEverySourceAsTheSmallestHas) {
  write({"REAL", 60, 20, 0});
  write({"FAKE", 20, 1, 0});
  write({"GAN", 16, 1, 0});
  write({"FEW", 16, 1, 0});
  // Three classes: 48 images, below the least number that is compared.
  const data::DataSet set = open();
  const Samples samples = draw_samples(set, "REAL", 1000);
  EXPECT_THAT(samples.small_sources, ::testing::ElementsAre("FEW", "GAN"));
  EXPECT_EQ(samples.images, 60U);
  EXPECT_EQ(samples.smallest, "FAKE");
  ASSERT_EQ(samples.others.size(), 1U);
  EXPECT_EQ(samples.others[0].source, "FAKE");
  EXPECT_EQ(names(samples.others[0].images).size(), 60U);
  EXPECT_EQ(names(samples.real.images).size(), 60U);
}

TEST_F(SamplesTest, OtherPhotographsAreTestImagesOrElseTrainingImagesThatAreInNoSample) {
  write({"REAL", 60, 20, 0});
  write({"FAKE", 60, 1, 0});
  const data::DataSet set = open();
  const Samples test = draw_samples(set, "REAL", 60);
  ASSERT_TRUE(test.more_real);
  EXPECT_TRUE(test.more_is_test);
  EXPECT_EQ(test.more_real->images[0].store, set.source("REAL").test.get());
  const Samples training = draw_samples(set, "REAL", 80);
  ASSERT_TRUE(training.more_real);
  EXPECT_FALSE(training.more_is_test);
  std::set<std::string> both = names(training.real.images);
  both.merge(names(*training.more_real));
  EXPECT_EQ(both.size(), 160U);
  EXPECT_FALSE(draw_samples(set, "REAL", 100).more_real);
  EXPECT_EQ(draw_samples(set, "REAL", 100).most_with_more, 90U);
  EXPECT_TRUE(draw_samples(set, "REAL", 90).more_real);
}

TEST_F(SamplesTest, ASmallerOneIsPartOfALargerOneAndStaysWhenFilesAreAdded) {
  write({"REAL", 60, 20, 0});
  write({"FAKE", 60, 1, 0});
  const std::set<std::string> few = names(draw_samples(open(), "REAL", 60).real.images);
  const std::set<std::string> many = names(draw_samples(open(), "REAL", 120).real.images);
  EXPECT_TRUE(std::ranges::includes(many, few));
  write({"REAL", 61, 20, 0});
  const std::set<std::string> again = names(draw_samples(open(), "REAL", 60).real.images);
  std::size_t same = 0;
  for (const std::string& name : again) same += few.contains(name) ? 1 : 0;
  EXPECT_GE(same, 57U);  // three more images take the place of three at most
}

TEST_F(SamplesTest, NamesWhatIsMissing) {
  write({"REAL", 10, 1, 0});
  write({"FAKE", 60, 1, 0});
  const data::DataSet set = open();
  EXPECT_THROW(draw_samples(set, "PHOTOS", 60), Error);
  try {
    draw_samples(set, "REAL", 60);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "REAL has 30 training images: metrics take at least 50");
  }
  EXPECT_FALSE(draw_copy_samples(set, "REAL", 60));
  EXPECT_FALSE(draw_copy_samples(set, "FAKE", 60));
}

TEST_F(SamplesTest, CopiesAreLookedForInAsManyTrainingAsTestImages) {
  write({"REAL", 60, 20, 0});
  const data::DataSet set = open();
  const auto samples = draw_copy_samples(set, "REAL", 1000);
  ASSERT_TRUE(samples);
  EXPECT_EQ(samples->seen.size(), 60U);
  EXPECT_EQ(samples->unseen.size(), 60U);
  EXPECT_EQ(samples->seen.images[0].store, set.source("REAL").train.get());
  EXPECT_EQ(samples->unseen.images[0].store, set.source("REAL").test.get());
}

}  // namespace
}  // namespace ersatz::quality
