// `ersatz metrics` as users run it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/program.hpp"
#include "cli/working_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

class MetricsCommand : public testing::WorkingFolder {
 protected:
  MetricsCommand() {
    testing::write_tiny_source("images", {"REAL", 30, 30, 0});
    testing::write_tiny_source("images", {"FAKE", 30, 1, 0});
  }
  static Outcome metrics(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"metrics", "images"});
    return testing::run_ersatz(more);
  }
};

TEST_F(MetricsCommand, PutsEverySourceBesideThePhotographs) {
  const Outcome outcome = metrics({"--by", "class"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("Features: pixels (768 numbers an image). 90 training images of each source"),
                    HasSubstr("REAL, test images"), HasSubstr("clipped coverage"), HasSubstr("Vendi score"),
                    HasSubstr("FAKE, class by class"), HasSubstr("nearest training image"),
                    HasSubstr("are nearer to training images of REAL than to test images")));
}

TEST_F(MetricsCommand, WritesJsonForPrograms) {
  const Outcome outcome = metrics({"--format", "json", "--images", "60"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json found = Json::parse(outcome.out);
  EXPECT_EQ(found.at("real"), "REAL");
  EXPECT_EQ(found.at("images"), 60);
  ASSERT_EQ(found.at("sources").size(), 2U);
  EXPECT_EQ(found.at("sources").at(0).at("photographs"), true);
  const Json& fake = found.at("sources").at(1);
  EXPECT_EQ(fake.at("source"), "FAKE");
  EXPECT_GT(fake.at("metrics").at("frechet").at("value").get<double>(), 0);
  EXPECT_EQ(fake.at("metrics").size(), 14U);
  EXPECT_EQ(found.at("copies").at(0).at("exact_copies"), 0);
}

TEST_F(MetricsCommand, FindsCopies) {
  fs::copy("images/train/REAL", "images/train/COPIED", fs::copy_options::recursive);
  const Outcome outcome = metrics();
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("90 of 90 images of COPIED equal a training image of REAL in all features"),
                                 HasSubstr("more than half, so that some may be copies")));
  EXPECT_THAT(metrics({"--against", "FAKE"}).out, HasSubstr("Copies: FAKE has no training and test images to compare"));
}

TEST_F(MetricsCommand, TakesTheFeaturesOfATrainedClassifier) {
  write_file("tiny.toml",
             "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\n[data]\npath = \"images\"\n[training]\nepochs = 1\n"
             "precision = \"f32\"\n[train.REAL]\nsources = { REAL = \"all\" }\n");
  ASSERT_EQ(testing::run_ersatz({"run", "tiny.toml", "--out", "out"}).code, 0);
  const Outcome outcome = metrics({"--features", "out"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("Features: NN, REAL (128 numbers an image)"), Not(HasSubstr("... without end"))));
  const Outcome other_size = metrics({"--features", "out", "--size", "20"});
  EXPECT_EQ(other_size.code, 2);
  EXPECT_THAT(other_size.err, AllOf(HasSubstr("NN, REAL sees images of 16 x 16 pixels, and these have 20 x 20"),
                                    HasSubstr("--size 16x16")));
}

TEST_F(MetricsCommand, RefusesWhatItCannotUse) {
  const Outcome typo = metrics({"--features", "pixel"});
  EXPECT_EQ(typo.code, 2);
  EXPECT_THAT(typo.err, AllOf(HasSubstr("--features pixel is neither pixels"), HasSubstr("did you mean \"pixels\"?")));
  const Outcome small = metrics({"--features", "vgg16"});
  EXPECT_EQ(small.code, 2);
  EXPECT_THAT(small.err, HasSubstr("32"));
  EXPECT_EQ(metrics({"--real", "PHOTOS"}).code, 2);
  EXPECT_EQ(metrics({"--against", "PHOTOS"}).code, 2);
  EXPECT_EQ(metrics({"--images", "10"}).code, 2);
  testing::write_tiny_source("few", {"REAL", 5, 1, 0});
  const Outcome few = testing::run_ersatz({"metrics", "few"});
  EXPECT_EQ(few.code, 2);
  EXPECT_THAT(few.err, AllOf(HasSubstr("REAL has 15 training images"), Not(HasSubstr("hint"))));
}

}  // namespace
}  // namespace ersatz
