#include "study/budgets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "study/plan.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/study_file.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Line 1 to 6; [training] is line 7.
constexpr const char* kHead =
    "[study]\nname = \"t\"\nclassifiers = [\"lenet\", \"convnet:0.25\"]\nseeds = [1, 2]\n"
    "[train.AB]\nsources = { A = 12, B = \"all\" }\n[training]\n";

class BudgetsTest : public ::testing::Test {
 protected:
  Study read(const std::string& training) const {
    write_file(file_, kHead + training);
    return read_study(file_);
  }
  std::string refusal(const std::string& training) const {
    try {
      read(training);
    } catch (const Error& problem) {
      return std::string(problem.what()) + " | " + problem.hint();
    }
    return "accepted";
  }
  std::string at(int line, const std::string& key) const {
    return file_.string() + ":" + std::to_string(line) + ": training." + key + ": ";
  }
  Plan plan(const std::string& training) {
    if (data_.sources.empty()) {
      testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 0});
      testing::write_tiny_source(folder_ / "data", {"B", 10, 5, 0});
      data_ = testing::open_tiny(folder_ / "data", folder_ / "cache");
    }
    return make_plan(read(training), data_, folder_ / "cache");
  }
  static std::vector<std::string> ids(const std::vector<PlannedRun>& runs) {
    std::vector<std::string> all;
    for (const PlannedRun& run : runs) all.push_back(run.id);
    return all;
  }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_ / "t.toml";
  data::DataSet data_;
};

TEST_F(BudgetsTest, AreReadFromTheStudyFile) {
  EXPECT_FALSE(read("steps = 100\n").budgets.any());
  EXPECT_THAT(read("steps = [400, 100]\n").budgets.steps, ElementsAre(100, 400)) << "in rising order";
  EXPECT_EQ(read("budget = \"converged\"\n").budgets.ladder, LadderRule{});
  EXPECT_EQ(read("budget = \"converged\"\nfirst_steps = 10\nrungs = 2\ntolerance = 0.5\n").budgets.ladder,
            (LadderRule{10, 2, 0.5}));
}

TEST_F(BudgetsTest, WhatCannotBeIsAnErrorWithItsLine) {
  EXPECT_THAT(refusal("steps = [10, 10]\n"), HasSubstr(at(8, "steps") + "holds 10 twice"));
  EXPECT_THAT(refusal("steps = [0, 10]\n"), HasSubstr(at(8, "steps") + "must be at least 1, but one is 0"));
  EXPECT_THAT(refusal("steps = []\n"), HasSubstr(at(8, "steps") + "must not be empty"));
  EXPECT_THAT(refusal("steps = [10]\nepochs = 2\n"), HasSubstr(at(9, "epochs") + "cannot stand beside steps"));
  EXPECT_THAT(refusal("budget = \"convergd\"\n"), HasSubstr(at(8, "budget") + "must be \"converged\""));
  for (const char* other : {"epochs = 2", "patience = 1", "steps = 5", "decay_rate = 0.5", "decay_steps = 9"}) {
    const std::string key(other, std::string(other).find(' '));
    EXPECT_THAT(refusal(std::string("budget = \"converged\"\n") + other + "\n"),
                HasSubstr(at(9, key) + "cannot stand beside budget"));
  }
  EXPECT_THAT(refusal("steps = 10\nfirst_steps = 5\n"), HasSubstr(at(9, "first_steps") + "needs budget"));
  EXPECT_THAT(refusal("rungs = 3\n"), HasSubstr(at(8, "rungs") + "needs budget"));
  EXPECT_THAT(refusal("budget = \"converged\"\nrungs = 1\n"), HasSubstr(at(9, "rungs") + "must be at least 2"));
  EXPECT_THAT(refusal("budget = \"converged\"\nrungs = 7\n"), HasSubstr(at(9, "rungs") + "must be at most 6"));
  EXPECT_THAT(refusal("budget = \"converged\"\ntolerance = 0\n"),
              HasSubstr(at(9, "tolerance") + "must be more than 0"));
  EXPECT_THAT(refusal("budget = \"converged\"\nvalidation = 0\n"), HasSubstr(at(8, "budget") + "needs images"));
  EXPECT_THAT(refusal("steps = 9\ncooldown = 0\n"), HasSubstr(at(9, "cooldown") + "must be more than 0"));
  EXPECT_THAT(refusal("steps = 9\ncooldown = 1.5\n"), HasSubstr(at(9, "cooldown") + "must be"));
  EXPECT_THAT(refusal("cooldown = 0.2\n"), HasSubstr(at(8, "cooldown") + "needs a budget of steps"));
  EXPECT_THAT(refusal("steps = 9\ncooldown = 0.2\ndecay_rate = 0.9\n"),
              HasSubstr(at(10, "decay_rate") + "cannot stand beside cooldown"));
  EXPECT_THAT(refusal("own_validation = 1\n"), HasSubstr(at(8, "own_validation") + "must be"));
  EXPECT_THAT(refusal("own_validation = 0.2\nvalidation = 0.2\n"),
              HasSubstr(at(9, "validation") + "cannot stand beside own_validation"));
  EXPECT_THAT(refusal("own_validation = 0.2\nvalidate_on = [\"A\"]\n"),
              HasSubstr(at(9, "validate_on") + "cannot stand beside own_validation"));
  EXPECT_THAT(refusal("own_validation_of = [\"A\"]\n"), HasSubstr("own_validation_of"));
}

TEST_F(BudgetsTest, AListMakesTheRunsOfSingleBudgets) {
  const Plan several = plan("steps = [100, 400]\n"), first = plan("steps = 100\n"), second = plan("steps = 400\n");
  EXPECT_EQ(several.runs.size(), 8U);
  std::set<std::string> expected;
  for (const Plan* one : {&first, &second}) {
    for (const PlannedRun& run : one->runs) expected.insert(run.id);
  }
  const auto all = ids(several.runs);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()), expected);
  EXPECT_EQ(several.runs[0].spec.settings.steps, 100);
  EXPECT_EQ(several.runs[2].spec.settings.steps, 400) << "seeds innermost";
  EXPECT_FALSE(several.ladder);
}

TEST_F(BudgetsTest, ALadderAsksForItsFirstRung) {
  const std::string ladder = "budget = \"converged\"\nfirst_steps = 40\nrungs = 3\n";
  Plan begun = plan(ladder);
  EXPECT_EQ(ids(begun.runs).size(), 4U);
  EXPECT_EQ(begun.later.size(), 8U);
  EXPECT_EQ(with_all_rungs(begun).runs.size(), 12U);
  ASSERT_EQ(begun.ladder->arms.size(), 2U);
  EXPECT_EQ(begun.ladder->arms[1].classifier, "convnet:0.25");
  EXPECT_THAT(begun.ladder->arms[0].runs[0], ElementsAre(begun.runs[0].id, begun.runs[1].id));
  EXPECT_EQ(begun.ladder->arms[0].runs[1][1], begun.later[1].id);
  EXPECT_EQ(begun.later[1].spec.settings.steps, 160);
  EXPECT_EQ(begun.runs[0].spec.settings.cooldown, 0.2);
  EXPECT_EQ(begun.runs[0].longer->id, begun.later[0].id);
  EXPECT_EQ(begun.runs[2].spec.settings.steps, 40) << "a classifier with a method of its own";
  EXPECT_FALSE(begun.runs[2].spec.settings.cooldown);
  EXPECT_FALSE(begun.runs[2].longer) << "its schedule goes by all steps";
  EXPECT_THAT(begun.remarks, IsEmpty()) << "nothing that was asked for is ignored";
  EXPECT_EQ(ids(begun.runs), ids(plan("steps = 40\ncooldown = 0.2\n").runs)) << "they are ordinary runs";
  EXPECT_FALSE(ask_for_more(begun, folder_ / "out"));
  EXPECT_EQ(begun.runs.size(), 4U);
}

TEST_F(BudgetsTest, AnArmIsInOnePart) {
  const Plan begun = plan("budget = \"converged\"\nfirst_steps = 40\n");
  const Plan whole = with_all_rungs(begun);
  std::set<std::size_t> seen;
  for (const std::size_t part : {1, 2}) {
    std::set<std::size_t> arms;
    for (const std::size_t run : runs_of_shard(whole, {part, 2})) arms.insert(whole.runs[run].arm);
    EXPECT_EQ(arms.size(), 1U);
    EXPECT_TRUE(seen.insert(*arms.begin()).second);
    for (const std::size_t run : runs_of_shard(begun, {part, 2})) EXPECT_TRUE(arms.contains(begun.runs[run].arm));
  }
}

TEST_F(BudgetsTest, OneBudgetMayReplaceThem) {
  Study study = read("budget = \"converged\"\n");
  replace_budget(study, 6248);
  EXPECT_FALSE(study.budgets.any());
  EXPECT_EQ(study.asked.steps, 6248);
  EXPECT_EQ(study.asked.cooldown, 0.2) << "the run of a rung";
  study = read("steps = [10, 20]\ndecay_steps = 7\n");
  replace_budget(study, 20);
  EXPECT_EQ(study.asked.decay_steps, 7) << "the run of the list";
}

TEST_F(BudgetsTest, OwnValidationIsOfTheRealSourceWhereThereIsOne) {
  const Plan own = plan("steps = 10\nown_validation = 0.25\n");
  EXPECT_EQ(own.real.name, "A");
  const PlannedRun& run = own.runs[0];
  EXPECT_EQ(run.spec.settings.validation, 0.0);
  EXPECT_EQ(run.spec.settings.own_validation_of, std::vector<std::string>{"A"});
  EXPECT_EQ(run.training_images, 9U + 30U);
  EXPECT_EQ(run.validation_images, 3U);
  EXPECT_NE(run.id, plan("steps = 10\n").runs[0].id);
  const TrainingSet generated{"B", {{"B", {}}, {"C", {}}}};
  EXPECT_EQ(settings_for(read("own_validation = 0.25\n").asked, generated, "A").own_validation_of,
            (std::vector<std::string>{"B", "C"}));
}

}  // namespace
}  // namespace ersatz::study
