// Images whose labels say which source they are from.

#include "data/label_by_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/json.hpp"
#include "data/make_data.hpp"
#include "data/selection.hpp"
#include "data/view_format.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

class LabelBySource : public ::testing::Test {
 protected:
  testing::ScratchFolder scratch_;
  DataSet before_ =
      testing::open_path(testing::write_tree(scratch_ / "in", testing::cifake_files("", 4, 2)), scratch_ / "cache");
  DataSet after_ = label_by_source(before_, scratch_ / "cache");
};

std::vector<std::int32_t> labels(const ImageStore& store) { return {store.labels().begin(), store.labels().end()}; }

TEST_F(LabelBySource, TheClassesAreTheSourcesAndTheImagesAreTheSame) {
  EXPECT_THAT(after_.classes, ElementsAre("FAKE", "REAL"));
  EXPECT_NE(after_.fingerprint, before_.fingerprint) << "runs on it are other runs";
  for (const char* name : {"FAKE", "REAL"}) {
    for (const Split split : {Split::train, Split::test}) {
      const ImageStore &was = *before_.source(name).split(split), &is = *after_.source(name).split(split);
      ASSERT_EQ(is.size(), was.size());
      EXPECT_THAT(labels(is), Each(name == std::string("FAKE") ? 0 : 1));
      EXPECT_TRUE(std::ranges::equal(is.strata(), was.labels()));
      for (std::size_t i = 0; i < is.size(); ++i) {
        EXPECT_EQ(is.file_name(i), was.file_name(i));
        EXPECT_TRUE(std::ranges::equal(is.image(i), was.image(i)));
      }
    }
  }
}

TEST_F(LabelBySource, ChoicesStayBalancedOverTheClassesThatTheImagesHad) {
  const ImageStore &was = *before_.source("REAL").train, &is = *after_.source("REAL").train;
  EXPECT_EQ(hold_out(is, 0.25).validation, hold_out(was, 0.25).validation);
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i < is.size(); ++i) all.push_back(i);
  EXPECT_EQ(choose_balanced(is, all, was.size() / 2, 3), choose_balanced(was, all, was.size() / 2, 3));
  EXPECT_EQ(hold_out_chosen(is, all, 0.5, 3).training, hold_out_chosen(was, all, 0.5, 3).training);
}

TEST_F(LabelBySource, IsTheSameTheSecondTimeAndInAnotherProcess) {
  const DataSet again = label_by_source(before_, scratch_ / "cache");
  EXPECT_EQ(again.fingerprint, after_.fingerprint);
  EXPECT_EQ(again.source("REAL").train->path(), after_.source("REAL").train->path());
  const DataSet opened = reopen_data_set(after_.manifest());
  EXPECT_EQ(opened.fingerprint, after_.fingerprint);
  EXPECT_TRUE(std::ranges::equal(opened.source("REAL").train->strata(), before_.source("REAL").train->labels()));
}

TEST_F(LabelBySource, OtherClassesAreOtherData) {
  DataSet other = before_;
  for (Source& source : other.sources) {
    ViewContent content{source.train, {}, {}, {}};
    for (std::uint32_t i = 0; i < source.train->size(); ++i) {
      content.rows.push_back(i);
      content.labels.push_back((source.train->labels()[i] + 1) % 2);
    }
    source.train = make_view(content);
  }
  EXPECT_NE(label_by_source(other, scratch_ / "cache").fingerprint, after_.fingerprint)
      << "images are chosen in another way";
}

// What has labels of its own already is a view, and a view of a view there is not.
TEST_F(LabelBySource, OfViewsTheStoresThatTheyShowAreTaken) {
  const DataSet twice = label_by_source(after_, scratch_ / "cache");
  EXPECT_TRUE(std::ranges::equal(twice.source("FAKE").test->labels(), after_.source("FAKE").test->labels()));
  EXPECT_EQ(twice.source("FAKE").test->parent()->path(), before_.source("FAKE").test->path());
  EXPECT_TRUE(std::ranges::equal(twice.source("FAKE").test->image(3), before_.source("FAKE").test->image(3)));
}

TEST_F(LabelBySource, OneSourceCannotBeToldFromAnother) {
  before_.sources.pop_back();
  EXPECT_THROW(label_by_source(before_, scratch_ / "cache"), Error);
}

}  // namespace
}  // namespace ersatz::data
