// ersatz advise: what a user does and sees, on a few images.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/output_layout.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::StudyCommands;

class AdviseCommands : public StudyCommands {
 protected:
  AdviseCommands() {
    testing::write_tiny_source(folder_ / "images", {"REAL", 24, 10, 0});
    testing::write_tiny_source(folder_ / "images", {"FAKE", 30, 6, 0});
  }
  Outcome advise(const std::vector<std::string>& more, const char* classifier = "nn") const {
    std::vector<std::string> words{"advise",  (folder_ / "images").string(), "--out",        out().string(),
                                   "--cache", (folder_ / "cache").string(),  "--classifier", classifier};
    words.insert(words.end(), more.begin(), more.end());
    return testing::run_ersatz(words);
  }
  fs::path out() const { return folder_ / "advice"; }
};

TEST_F(AdviseCommands, SearchesTestsAndGoesOn) {
  const std::vector<std::string> words{"--images", "40", "--time", "2m", "--candidates", "2", "--seeds", "2"};
  const Outcome first = advise(words);
  ASSERT_EQ(first.code, 0) << first.out << first.err;
  EXPECT_THAT(first.out,
              AllOf(HasSubstr("photographs    40 REAL; 30 to test on"), HasSubstr("search 1 of 3: 4 recipes"),
                    HasSubstr("search 3 of 3: 4 recipes"), HasSubstr("Best with generated images: "),
                    HasSubstr("Best without: "), HasSubstr("What this cannot tell:")));
  EXPECT_THAT(first.out, ContainsRegex("(Use them|Do not use them|It cannot be told)"));

  const Json advice = read_json(study::advice_file(out())).at("advice");
  EXPECT_EQ(advice.at("photographs"), 40);
  EXPECT_EQ(advice.at("seeds"), 2);
  EXPECT_EQ(advice.at("test_images"), 30);
  EXPECT_TRUE(advice.at("without").is_object());
  EXPECT_TRUE(fs::exists(
      study::model_file(study::run_folder(study::stage_folder(out(), "with"), advice.at("model").get<std::string>()))));
  EXPECT_THAT(read_file(study::searches_file(out())), AllOf(HasSubstr("\n1,with-00,"), HasSubstr("\n3,without-0")));

  // A search has seen no test image; the test has.
  for (const auto& [stage, tests] : {std::pair("search-1", 0), std::pair("search-3", 0), std::pair("with", 1)}) {
    for (const study::RunRecord& run : study::read_finished_runs(study::stage_folder(out(), stage)).runs) {
      EXPECT_EQ(fs::exists(study::predictions_file(run.folder, "REAL")), tests == 1) << run.folder;
      EXPECT_EQ(run.spec.settings.own_validation, 0.25);
    }
  }
  // The study that it advises trains exactly that.
  const Outcome again =
      testing::run_ersatz({"run", study::stage_study_file(out(), "with").string(), "--out",
                           study::stage_folder(out(), "with").string(), "--cache", (folder_ / "cache").string()});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("nothing to train"));

  const Outcome second = advise(words);
  ASSERT_EQ(second.code, 0) << second.out << second.err;
  EXPECT_THAT(second.out, HasSubstr("this goes on with it"));
  EXPECT_EQ(read_json(study::advice_file(out())).at("advice"), advice) << "from the same runs";
  const Outcome other = advise({"--images", "30"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("was begun with other images"));
}

TEST_F(AdviseCommands, WithoutAPhotograph) {
  const Outcome outcome = advise({"--images", "0", "--time", "2m", "--candidates", "2", "--seeds", "2"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("Without a photograph in training"), HasSubstr("Trained as usual"),
                                 Not(HasSubstr("Best without"))));
  for (const study::RunRecord& run : study::read_finished_runs(study::stage_folder(out(), "with")).runs) {
    for (const auto& [source, amount] : run.spec.train_on.sources) EXPECT_EQ(source, "FAKE");
  }
}

TEST_F(AdviseCommands, WhatCannotBeIsSaidAtOnce) {
  const auto complaint = [&](const std::vector<std::string>& words) {
    const Outcome outcome = advise(words);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    EXPECT_FALSE(fs::exists(study::advice_file(out())));
    return outcome.err;
  };
  EXPECT_THAT(complaint({"--time", "1s"}), HasSubstr("--time 1s is too short"));
  EXPECT_THAT(complaint({"--time", "soon"}), HasSubstr("is no time"));
  EXPECT_THAT(complaint({"--images", "500"}), HasSubstr("REAL has 72 images for training"));
  EXPECT_THAT(complaint({"--real", "RAEL"}), HasSubstr("there is no such source"));
  EXPECT_THAT(advise({}, "lenett").err, HasSubstr("lenett"));
  write_file(folder_ / "other" / "notes.txt", "mine");
  const Outcome full = advise({"--out", (folder_ / "other").string()});
  EXPECT_EQ(full.code, 2);
  EXPECT_EQ(read_file(folder_ / "other" / "notes.txt"), "mine");
}

}  // namespace
}  // namespace ersatz
