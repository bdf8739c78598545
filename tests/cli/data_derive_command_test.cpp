// `ersatz data derive` as users run it.

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
using testing::Outcome;

class DataDerive : public testing::WorkingFolder {
 protected:
  DataDerive() {
    testing::write_tiny_source("images", {"REAL", 20, 4, 0});
    testing::write_tiny_source("images", {"FAKE", 20, 4, 0});
  }

  static Outcome derive(std::vector<std::string> more) {
    more.insert(more.begin(), {"data", "derive", "images", "--from", "REAL"});
    return testing::run_ersatz(more);
  }
};

TEST_F(DataDerive, WritesASourceAndSaysHowToUseIt) {
  const Outcome outcome = derive({"--kind", "jpeg:20", "--images", "30", "-o", "jpeg20"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out,
            "wrote jpeg20: 30 images of 3 classes, jpeg:20 of REAL; in a study file: [data.sources] jpeg20 = "
            "\"jpeg20\"\n");
  EXPECT_TRUE(fs::exists("jpeg20/cat/00010.png"));
  EXPECT_FALSE(fs::exists("jpeg20/cat/00011.png"));
  EXPECT_EQ(read_json("jpeg20/manifest.json").at("settings").at("kind"), "jpeg:20");
  const Outcome info = testing::run_ersatz({"data", "info", "jpeg20", "--as", "jpeg20"});
  EXPECT_THAT(info.out, AllOf(HasSubstr("no split, class folders"),
                              HasSubstr("30 images of 16 x 16 pixels, 3 classes, 1 source: jpeg20")));
}

TEST_F(DataDerive, MayBeRunAgainAndAgain) {
  ASSERT_EQ(derive({"--kind", "noise:20", "-o", "sets/noise"}).code, 0);
  const std::string before = read_file("sets/noise/dog/00001.png");
  const Outcome again = derive({"--kind", "noise:20.0", "-o", "sets/noise/"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out,
              AllOf(HasSubstr("already there: sets/noise/: 60 images"), HasSubstr("noise = \"sets/noise/\"")));
  const Outcome other = derive({"--kind", "noise:30", "-o", "sets/noise"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, AllOf(HasSubstr("is there already: it is noise:20, not noise:30"), HasSubstr("hint: ")));
  EXPECT_EQ(read_file("sets/noise/dog/00001.png"), before);
}

TEST_F(DataDerive, MixesWhatABaseSetDoesNotHave) {
  ASSERT_EQ(derive({"--kind", "as-is", "--images", "30", "-o", "base"}).code, 0);
  const Outcome outcome =
      derive({"--kind", "mixed:0.5", "--with", "FAKE", "--images", "31", "--without", "base", "-o", "half"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("30 images of 3 classes, mixed:0.5 of REAL and FAKE"),
                                 HasSubstr("31 were asked for; that is the same number of each class")));
  const Json base = read_json("base/manifest.json"), half = read_json("half/manifest.json");
  int real = 0;
  for (const Json& file : half.at("files")) {
    real += file.at("source") == "REAL" ? 1 : 0;
    for (const Json& used : base.at("files")) EXPECT_NE(file.at("pixels"), used.at("pixels"));
  }
  EXPECT_EQ(real, 15);
}

TEST_F(DataDerive, IsASourceThatAStudyTrainsOn) {
  ASSERT_EQ(derive({"--kind", "classes-without:dog", "-o", "no-dog"}).code, 0);
  write_file("mine.toml",
             "[study]\nname = \"mine\"\nclassifiers = [\"nn\"]\n[data]\npath = \"images\"\n"
             "[data.sources]\nno-dog = \"no-dog\"\n[train.all]\nsources = { no-dog = \"all\" }\n");
  const Outcome plan = testing::run_ersatz({"data", "info", "mine.toml"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, AllOf(HasSubstr("3 sources: FAKE, REAL and no-dog"), HasSubstr("no-dog has no images of dog")));
}

TEST_F(DataDerive, RefusesWhatItDoesNotKnow) {
  const auto error = [](const std::vector<std::string>& more) {
    const Outcome outcome = derive(more);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    return outcome.err;
  };
  EXPECT_THAT(error({"--kind", "jpg:20", "-o", "out"}), AllOf(HasSubstr("no kind \"jpg\""), HasSubstr("\"jpeg\"?")));
  EXPECT_THAT(error({"--kind", "jpeg", "-o", "out"}), HasSubstr("it takes a value, jpeg:Q"));
  EXPECT_THAT(error({"--kind", "as-is", "--images", "100000", "-o", "out"}), HasSubstr("REAL has only 20"));
  EXPECT_THAT(error({"--kind", "as-is", "--images", "0", "-o", "out"}), HasSubstr("--images"));
  EXPECT_THAT(error({"--kind", "mixed:0.5", "-o", "out"}), HasSubstr("--with names the second one"));
  EXPECT_THAT(error({"--kind", "as-is", "--without", "images", "-o", "out"}), HasSubstr("manifest.json"));
  EXPECT_THAT(error({"--kind", "as-is", "-o", "images/derived"}),
              AllOf(HasSubstr("images/derived lies in images"), HasSubstr("choose a folder beside it")));
  EXPECT_THAT(error({"--kind", "as-is", "-o", "images"}), HasSubstr("is there already"));
  EXPECT_FALSE(fs::exists("out"));
  const Outcome source =
      testing::run_ersatz({"data", "derive", "images", "--from", "RAEL", "--kind", "as-is", "-o", "out"});
  EXPECT_EQ(source.code, 2);
  EXPECT_THAT(source.err, AllOf(HasSubstr("no source \"RAEL\""), HasSubstr("REAL")));
}

}  // namespace
}  // namespace ersatz
