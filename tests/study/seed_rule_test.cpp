#include "study/seed_rule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "study/scratch_folder.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SeedRuleTest : public ::testing::Test {
 protected:
  Study read(const std::string& seeds, const std::string& training = "") const {
    write_file(file_, "[study]\nname = \"t\"\nclassifiers = [\"lenet\"]\nseeds = " + seeds +
                          "\n[train.A]\nsources = { A = 12 }\n[training]\n" + training);
    return read_study(file_);
  }
  std::string refusal(const std::string& seeds, const std::string& training = "") const {
    try {
      read(seeds, training);
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_ / "t.toml";
};

TEST_F(SeedRuleTest, IsReadFromAText) {
  EXPECT_FALSE(read("[1, 2]").until);
  EXPECT_EQ(read("\"until .01\"").until, (SeedRule{0.01, 20, 3}));
  const Study study = read("\"until 0.005, at most 5\"");
  EXPECT_EQ(study.until, (SeedRule{0.005, 5, 3}));
  EXPECT_THAT(study.seeds, ElementsAre(1, 2, 3, 4, 5)) << "all that may be made";
  EXPECT_EQ(seed_rule_text(*study.until), ".005, at most 5 seeds");
}

TEST_F(SeedRuleTest, WhatCannotBeIsAnErrorWithItsLine) {
  const std::string at = file_.string() + ":4: study.seeds: ";
  EXPECT_THAT(refusal("\"3\""), HasSubstr(at + "must be a list or \"until WIDTH\", but is \"3\""));
  EXPECT_THAT(refusal("\"until\""), HasSubstr(at + "must be a list"));
  EXPECT_THAT(refusal("\"until .01 at most 9\""), HasSubstr(at + "must be a list"));
  EXPECT_THAT(refusal("\"until .01, at most many\""), HasSubstr(at + "must be a list"));
  EXPECT_THAT(refusal("\"until 0\""), HasSubstr(at + "wants a half-width of more than 0"));
  EXPECT_THAT(refusal("\"until 1\""), HasSubstr("less than 1, but not of 1 | seeds = \"until .01"));
  EXPECT_THAT(refusal("\"until nan\""), HasSubstr(at));
  EXPECT_THAT(refusal("\"until .01, at most 3\""), HasSubstr(at + "begins with 3 seeds and goes to more"));
  EXPECT_THAT(refusal("\"until .01, at most 1001\""), HasSubstr("but not to 1001"));
  EXPECT_THAT(refusal("\"until .01\"", "steps = [10, 20]\n"),
              HasSubstr(":8: training.steps: cannot be several where seeds are added"));
}

}  // namespace
}  // namespace ersatz::study
