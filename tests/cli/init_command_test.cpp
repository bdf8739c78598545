// A study file that ersatz init writes must run as it is.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "cli/working_folder.hpp"
#include "data/make_data.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_ersatz;

class InitCommand : public testing::WorkingFolder {
 protected:
  void classes(const std::string& folder, const std::vector<std::string>& names, int count, data::ImageShape shape) {
    for (const std::string& name : names) {
      for (int i = 0; i < count; ++i) {
        testing::write_plain(scratch_ / fmt::format("{}/{}/{:02}.png", folder, name, i),
                             testing::png_image(next_++, shape));
      }
    }
  }

  int next_ = 1;
};

TEST_F(InitCommand, WritesAStudyThatRuns) {
  classes("my photos", {"cat", "Dog"}, 20, {16, 16});
  classes("generated", {"cat", "dog"}, 20, {16, 16});
  const Outcome init = run_ersatz({"init", "my photos", "sd21=generated", "--out", "first.toml"});
  ASSERT_EQ(init.code, 0) << init.err;
  EXPECT_THAT(init.err, HasSubstr("my photos: no split, class folders; 40 images of 16 x 16"));
  const std::string text = read_file("first.toml");
  EXPECT_THAT(text, AllOf(HasSubstr("name = \"first\""), HasSubstr("real = \"my_photos\""), HasSubstr("test = 0.2"),
                          HasSubstr("my_photos = \"my photos\""), HasSubstr("sd21 = \"generated\""),
                          HasSubstr("classes = { \"Dog\" = [\"dog\"] }"), Not(HasSubstr("size = "))));
  ASSERT_NE(text.find("[train.sd21]"), std::string::npos);
  EXPECT_LT(text.find("[train.my_photos]"), text.find("[train.sd21]"));  // the real source first
  const Outcome run = run_ersatz({"run", "first.toml", "--steps", "5", "--seeds", "1"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("my_photos+sd21"));
}

TEST_F(InitCommand, ReadsSizesAndSplits) {
  classes("data/train/REAL", {"cat", "dog"}, 3, {100, 80});
  classes("data/train/FAKE", {"cat", "dog"}, 3, {64, 64});
  classes("data/test/REAL", {"cat", "dog"}, 2, {100, 80});
  const Outcome init = run_ersatz({"init", "data"});
  ASSERT_EQ(init.code, 0) << init.err;
  EXPECT_THAT(init.out,
              AllOf(HasSubstr("path = \"data\""), HasSubstr("size = 64"), HasSubstr("80 x 100 (10) and 64 x 64 (6)"),
                    HasSubstr("REAL: 6 for training and 4 for testing"), Not(HasSubstr("\ntest = "))));
  testing::write_plain(scratch_ / "second.toml", init.out);
  const Outcome plan = run_ersatz({"plan", "second.toml", "--steps", "2"});
  EXPECT_EQ(plan.code, 0) << plan.err;
}

TEST_F(InitCommand, SetsPhotographsAsideWhereOnlyOthersHaveASplit) {
  classes("photos", {"cat", "dog"}, 20, {8, 8});
  classes("sd/train", {"cat", "dog"}, 5, {8, 8});
  classes("sd/test", {"cat", "dog"}, 5, {8, 8});
  const Outcome init = run_ersatz({"init", "sd", "photos", "-o", "third.toml"});
  ASSERT_EQ(init.code, 0) << init.err;
  EXPECT_THAT(read_file("third.toml"), AllOf(HasSubstr("test = { photos = 0.2 }"), HasSubstr("real = \"photos\"")));
  const Outcome plan = run_ersatz({"plan", "third.toml", "--steps", "2"});
  EXPECT_EQ(plan.code, 0) << plan.err;
}

TEST_F(InitCommand, AnArchiveForEachSourceMayHoldAFolder) {
  for (const char* name : {"photos", "gen"}) {
    testing::Files files;
    for (int i = 0; i < 24; ++i) {
      files.emplace_back(fmt::format("images/{}/{}.png", i % 2 == 0 ? "cat" : "dog", i), testing::png_image(next_++));
    }
    testing::write_archive(scratch_ / fmt::format("{}.zip", name), files, testing::Packing::zip);
  }
  const Outcome init = run_ersatz({"init", "photos.zip", "gen.zip", "-o", "fourth.toml"});
  ASSERT_EQ(init.code, 0) << init.err;
  EXPECT_THAT(read_file("fourth.toml"), AllOf(HasSubstr("photos = \"photos.zip\""), HasSubstr("gen = \"gen.zip\"")));
  EXPECT_EQ(run_ersatz({"plan", "fourth.toml", "--steps", "2"}).code, 0);
}

TEST_F(InitCommand, NamesCannotEndALineOfTheStudy) {
  classes("a\n[weights]", {"cat", "dog"}, 12, {8, 8});
  classes("b", {"cat", "dog", "fr\nog"}, 12, {8, 8});
  ASSERT_EQ(run_ersatz({"init", "a\n[weights]", "b", "-o", "fifth.toml"}).code, 0);
  const Outcome plan = run_ersatz({"plan", "fifth.toml", "--steps", "2"});
  EXPECT_EQ(plan.code, 0) << plan.err;
}

TEST_F(InitCommand, WarnsOfClassesThatNothingHasInCommon) {
  classes("photos", {"cat", "dog"}, 12, {8, 8});
  classes("gen", {"hund", "katze"}, 12, {8, 8});
  const Outcome init = run_ersatz({"init", "photos", "gen", "-o", "sixth.toml"});
  EXPECT_EQ(init.code, 0) << init.err;
  EXPECT_THAT(init.err, HasSubstr("warning: gen has no class in common with the others (it has hund and katze)"));
  EXPECT_NE(run_ersatz({"plan", "sixth.toml"}).code, 0) << "the warning is for nothing";

  classes("gen", {"cat"}, 2, {8, 8});
  EXPECT_THAT(run_ersatz({"init", "photos", "gen"}).err, Not(HasSubstr("warning")));
  classes("one", {"cat"}, 2, {8, 8});
  EXPECT_THAT(run_ersatz({"init", "one"}).err, HasSubstr("warning: all images are of one class, cat"));
}

TEST_F(InitCommand, SaysWhatIsLeftOut) {
  classes("photos", {"cat", "dog"}, 3, {8, 8});
  testing::write_plain(scratch_ / "photos/prompts.txt", "x");
  testing::write_plain(scratch_ / "photos/cat/broken.png", "x");
  EXPECT_THAT(run_ersatz({"init", "photos"}).err,
              AllOf(HasSubstr("; 6 images of 8 x 8\n"), HasSubstr("  left out: 1 file (not an image file)\n"),
                    HasSubstr("  1 image cannot be read: run with --skip-broken, or mend it\n")));
}

TEST_F(InitCommand, SaysWhatIsWrong) {
  classes("a/x", {"cat", "dog"}, 2, {8, 8});
  classes("b/x", {"cat", "dog"}, 2, {8, 8});
  EXPECT_THAT(run_ersatz({"init", "a/x", "b/x"}).err,
              AllOf(HasSubstr("two sources are called x"), HasSubstr("photos=b/x")));
  EXPECT_THAT(run_ersatz({"init", "not-there"}).err, HasSubstr("cannot read not-there"));
  EXPECT_THAT(run_ersatz({"init", "a b=a/x"}).err, HasSubstr("not a usable source name"));
  testing::write_plain(scratch_ / "old.toml", "x");
  EXPECT_THAT(run_ersatz({"init", "a/x", "-o", "old.toml"}).err,
              AllOf(HasSubstr("is there already"), HasSubstr("--force")));
  EXPECT_EQ(read_file("old.toml"), "x");
}

}  // namespace
}  // namespace ersatz
