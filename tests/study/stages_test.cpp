#include "study/stages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/ladder_state.hpp"
#include "study/output_layout.hpp"
#include "study/plan.hpp"
#include "study/run_record.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/session.hpp"
#include "study/study_file.hpp"
#include "study/tiny_data.hpp"
#include "train/history.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "t1b0s2": trial 1, the first budget, the third seed.
StagedArm arm_of(std::size_t trials, std::size_t budgets, std::size_t seeds) {
  StagedArm arm{"nn", "A", {}, {}, {}};
  for (std::size_t t = 0; t < trials; ++t) {
    auto& of_trial = arm.runs.emplace_back();
    for (std::size_t b = 0; b < budgets; ++b) {
      auto& ids = of_trial.emplace_back();
      for (std::size_t s = 0; s < seeds; ++s) {
        ids.push_back("t" + std::to_string(t) + "b" + std::to_string(b) + "s" + std::to_string(s));
      }
    }
  }
  return arm;
}

class StagesTest : public ::testing::Test {
 protected:
  ArmStage at(const std::optional<LadderRule>& ladder = std::nullopt) const {
    return stage_of(stages_, ladder, stages_.arms.front(), [&](const std::string& id) {
      const auto found = accuracy_.find(id);
      return found == accuracy_.end() ? std::nullopt : std::optional(found->second);
    });
  }
  void finish(const std::vector<std::string>& ids, double accuracy) {
    for (const std::string& id : ids) accuracy_[id] = accuracy;
  }

  Stages stages_;
  std::map<std::string, double> accuracy_;
};

TEST_F(StagesTest, AnArmGoesOnWithTheSettingThatWasChosen) {
  stages_.trials.resize(3);
  stages_.arms = {arm_of(3, 1, 4)};
  ArmStage stage = at();
  EXPECT_THAT(stage.trials, ElementsAre("t0b0s0", "t1b0s0", "t2b0s0"));
  EXPECT_THAT(stage.runs, IsEmpty());
  EXPECT_EQ(stage.later.size(), 2U + 2U + 1U) << "two finalists with two more seeds, and the fourth of the best";
  finish({"t0b0s0"}, 0.5);
  finish({"t1b0s0"}, 0.6);
  EXPECT_EQ(at().trials.size(), 3U);
  finish({"t2b0s0"}, 0.4);
  stage = at();
  EXPECT_THAT(stage.trials, ElementsAre("t0b0s0", "t1b0s0", "t2b0s0", "t1b0s1", "t1b0s2", "t0b0s1", "t0b0s2"));
  EXPECT_THAT(stage.later, ElementsAre("t1b0s3"));
  finish({"t1b0s1", "t1b0s2"}, 0.4);
  finish({"t0b0s1", "t0b0s2"}, 0.55);
  stage = at();
  EXPECT_EQ(stage.chosen, 0U);
  EXPECT_THAT(stage.runs, ElementsAre("t0b0s0", "t0b0s1", "t0b0s2", "t0b0s3"));
  EXPECT_THAT(stage.trials, ElementsAre("t1b0s0", "t2b0s0", "t1b0s1", "t1b0s2")) << "they are not tested";
  EXPECT_THAT(stage.later, IsEmpty());
}

TEST_F(StagesTest, AfterTuningItClimbsItsLadder) {
  stages_.trials.resize(2);
  stages_.arms = {arm_of(2, 2, 2)};
  const LadderRule rule{100, 2, 0.01};
  EXPECT_FALSE(at(rule).ladder);
  finish({"t0b0s0", "t0b0s1"}, 0.4);
  finish({"t1b0s0", "t1b0s1"}, 0.5);
  const ArmStage stage = at(rule);
  EXPECT_EQ(stage.chosen, 1U);
  EXPECT_THAT(stage.ladder->runs, ElementsAre(ElementsAre("t1b0s0", "t1b0s1"), ElementsAre("t1b1s0", "t1b1s1")));
  EXPECT_THAT(stage.runs, ElementsAre("t1b0s0", "t1b0s1", "t1b1s0", "t1b1s1"));
  finish({"t1b1s0", "t1b1s1"}, 0.7);
  EXPECT_EQ(at(rule).climb->verdict, Climb::Verdict::not_converged);
  EXPECT_EQ(at(rule).climb->chosen, 1U);
}

TEST_F(StagesTest, SeedsAreAddedToWhatIsAskedFor) {
  stages_.seeds = SeedRule{0.01, 6, 3};
  stages_.arms = {arm_of(1, 1, 6)};
  EXPECT_THAT(at().runs, ElementsAre("t0b0s0", "t0b0s1", "t0b0s2"));
  EXPECT_THAT(at().trials, IsEmpty());
  stages_.seeds->asked = 5;
  EXPECT_THAT(at().runs, ElementsAre("t0b0s0", "t0b0s1", "t0b0s2", "t0b0s3", "t0b0s4"));
}

TEST_F(StagesTest, LaterSeedsAreOfTheChosenSettingAndRungAlone) {
  stages_.trials.resize(2);
  stages_.seeds = SeedRule{0.01, 6, 5};
  stages_.arms = {arm_of(2, 2, 6)};
  const LadderRule rule{100, 2, 0.01};
  finish({"t0b0s0", "t0b0s1", "t0b0s2", "t0b1s0", "t0b1s1", "t0b1s2"}, 0.5);
  finish({"t1b0s0", "t1b0s1", "t1b0s2"}, 0.4);
  const ArmStage stage = at(rule);
  EXPECT_EQ(stage.climb->verdict, Climb::Verdict::converged);
  EXPECT_THAT(stage.runs, ElementsAre("t0b0s0", "t0b0s1", "t0b0s2", "t0b1s0", "t0b1s1", "t0b1s2", "t0b0s3", "t0b0s4"));
  accuracy_["t0b0s3"] = 0.1;
  EXPECT_EQ(at(rule).climb->accuracy[0].n, 3U) << "they decide nothing";
}

TEST_F(StagesTest, ComeBackFromJson) {
  stages_.trials.resize(2);
  stages_.trials[1].augment = {data::Flip{}};
  stages_.trials[1].learning_rate = 0.0213;
  stages_.seeds = SeedRule{0.01, 6, 4};
  stages_.arms = {arm_of(2, 2, 6)};
  stages_.arms[0].augment.emplace();
  stages_.arms[0].fixed = {"augment"};
  stages_.arms[0].runs[1].clear();
  const Json value = to_json(stages_);
  EXPECT_EQ(stages_from_json(value), stages_);
  const auto refused = [&](const std::string& pointer, const Json& changed) {
    Json other = value;
    other[Json::json_pointer(pointer)] = changed;
    EXPECT_ANY_THROW(stages_from_json(other)) << pointer << changed;
  };
  refused("/trials", Json::array());
  refused("/seeds/asked", 2);
  refused("/seeds/asked", 7);
  refused("/seeds/most", 5);
  refused("/seeds/half_width", 0);
  refused("/arms/0/runs", Json::array());
  refused("/arms/0/runs/0", Json::array());
  refused("/arms/0/runs/0/1", Json::array());
  refused("/arms/0/runs/0/0/0", "../x");
  refused("/arms/0/runs/0/0/0", 7);
  refused("/trials/1/augment", "flip");
}

class StagedPlan : public ::testing::Test {
 protected:
  StagedPlan() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 0});
    testing::write_tiny_source(folder_ / "data", {"B", 10, 5, 0});
    data_ = testing::open_tiny(folder_ / "data", folder_ / "cache");
  }
  Plan plan(const std::string& training, const std::string& seeds = "[1, 2, 3, 4]", const std::string& more = "",
            const std::string& classifiers = "\"lenet\"") {
    const auto file = folder_ / "t.toml";
    write_file(file, "[study]\nname = \"t\"\nclassifiers = [" + classifiers + "]\nseeds = " + seeds +
                         "\n[train.A]\nsources = { A = 12 }\n[train.B]\nsources = { B = \"all\" }\n" + more +
                         "[training]\n" + training);
    return make_plan(read_study(file), data_, folder_ / "cache");
  }
  static std::vector<std::string> ids(const std::vector<PlannedRun>& runs) {
    std::vector<std::string> all;
    for (const PlannedRun& run : runs) all.push_back(run.id);
    return all;
  }
  void finish(const std::vector<PlannedRun>& runs, double accuracy) const {
    for (const PlannedRun& run : runs) {
      RunRecord record;
      record.folder = run_folder(out_, run.id);
      make_folders(record.folder);
      record.spec = run.spec;
      record.best_round = 1;
      write_run_record(record);
      train::RoundRecord round;
      round.round = 1;
      round.val_accuracy = accuracy;
      write_file(history_file(record.folder), train::history_to_csv({round}));
    }
  }

  testing::ScratchFolder folder_;
  std::filesystem::path out_ = folder_ / "out";
  data::DataSet data_;
};

TEST_F(StagedPlan, TrialsAreOrdinaryRunsThatAreNotTested) {
  const std::string tune = "steps = 40\ntune = { trials = 3, augment = false }\n";
  Plan begun = plan(tune);
  ASSERT_EQ(begun.runs.size(), 2U * 3);
  EXPECT_TRUE(begun.by_arm());
  EXPECT_EQ(begun.later.size(), 2U * 5);
  for (const PlannedRun& run : begun.runs) {
    EXPECT_TRUE(run.trial);
    EXPECT_EQ(run.spec.seed, 1U);
    EXPECT_THAT(run.spec.test_on, IsEmpty());
    EXPECT_EQ(run.id, run.spec.id());
  }
  EXPECT_EQ(begun.runs[0].id, plan("steps = 40\n").runs[0].id) << "the first trial is the study's own setting";
  EXPECT_EQ(begun.runs[1].spec.settings.learning_rate, begun.runs[4].spec.settings.learning_rate)
      << "the same trials for all arms";
  EXPECT_NE(begun.runs[1].spec.settings.learning_rate, begun.runs[0].spec.settings.learning_rate);

  finish({begun.runs.begin(), begun.runs.begin() + 3}, 0.5);
  EXPECT_TRUE(ask_for_more(begun, out_)) << "finalists of the first arm";
  EXPECT_FALSE(ask_for_more(begun, out_));
  EXPECT_EQ(begun.runs.size(), 3U + 4 + 3);
  finish({begun.runs.begin(), begun.runs.begin() + 7}, 0.5);
  EXPECT_TRUE(ask_for_more(begun, out_));
  std::vector<std::string> usual = ids(plan("steps = 40\n").runs), now = ids(begun.runs);
  usual.resize(4);
  now.resize(4);
  EXPECT_EQ(now, usual);
  EXPECT_FALSE(begun.runs[0].trial);
  EXPECT_THAT(begun.runs[0].spec.test_on, ElementsAre("A", "B"));
  EXPECT_TRUE(begun.runs[4].trial);
}

TEST_F(StagedPlan, WhatASetOrAClassifierDecidesIsNotTried) {
  const Plan own = plan("steps = 40\ntune = { trials = 3 }\n", "[1]", "learning_rate = 0.02\naugment = [\"flip\"]\n",
                        "\"lenet\", \"convnet:0.25\"");
  const auto& arms = own.stages->arms;
  ASSERT_EQ(arms.size(), 4U);
  EXPECT_THAT(arms[0].fixed, IsEmpty());
  EXPECT_THAT(arms[1].fixed, ElementsAre("learning_rate", "augment"));
  EXPECT_EQ(arms[1].augment->size(), 1U);
  EXPECT_THAT(arms[2].fixed, ElementsAre("learning_rate")) << "a method of its own";
  for (const PlannedRun& run : own.runs) {
    if (run.arm == 1) {
      EXPECT_EQ(run.spec.settings.learning_rate, 0.02);
    }
  }
  EXPECT_EQ(setting_of(arms[2], own.stages->trials[1]).learning_rate, std::nullopt);
  EXPECT_THAT(own.remarks, ElementsAre(HasSubstr("learning_rate of training sets does not count"))) << "but that of B";
}

TEST_F(StagedPlan, StudyJsonHasWhatFollowsFromTheRuns) {
  Session session{{},
                  data_,
                  out_,
                  folder_ / "cache",
                  plan("budget = \"converged\"\nfirst_steps = 20\ntune = { trials = 2 }\n", "[1, 2]")};
  session.study.name = "t";
  make_folders(out_);
  const StudyRecord record = study_record(session);
  write_study_record(out_, record);
  EXPECT_EQ(read_study_record(out_), record);
  EXPECT_EQ(record.trials.size(), 4U);
  EXPECT_THAT(record.runs, IsEmpty());
  EXPECT_THAT(record.ladder->arms, IsEmpty());
  finish({session.plan.runs.begin(), session.plan.runs.begin() + 2}, 0.5);
  ask_for_more(session.plan, out_);
  finish(session.plan.runs, 0.5);
  ask_for_more(session.plan, out_);
  ask_for_more(session.plan, out_);
  const StudyRecord later = read_study_record(out_);
  EXPECT_EQ(later.runs, study_record(session).runs) << "by the runs, not by what a command wrote";
  EXPECT_EQ(later.trials, study_record(session).trials);
  ASSERT_FALSE(later.ladder->arms.empty());
  EXPECT_EQ(later.ladder->arms[0].runs.size(), 3U);
  EXPECT_EQ(later.asked_for().size(), later.runs.size() + later.trials.size());
}

TEST_F(StagedPlan, SeedsAreTakenUpFromStudyJson) {
  const std::string training = "steps = 40\n";
  Session session{{}, data_, out_, folder_ / "cache", plan(training, "\"until .01, at most 6\"")};
  session.study.name = "t";
  EXPECT_EQ(session.plan.runs.size(), 2U * 3);
  EXPECT_EQ(session.plan.runs[0].id, plan(training).runs[0].id);
  ask_for_seeds(session.plan, out_, 5);
  EXPECT_EQ(session.plan.runs.size(), 2U * 5);
  EXPECT_EQ(session.plan.runs[4].id, plan(training, "[5]").runs[0].id);
  ask_for_seeds(session.plan, out_, 100);
  EXPECT_EQ(session.plan.runs.size(), 2U * 6) << "no more than the most";
  make_folders(out_);
  write_study_record(out_, study_record(session));
  Plan again = plan(training, "\"until .01, at most 6\""), other = plan(training, "\"until .02, at most 6\"");
  take_up_seeds(again, out_);
  EXPECT_EQ(ids(again.runs), ids(session.plan.runs));
  take_up_seeds(other, out_);
  EXPECT_EQ(other.runs.size(), 2U * 3) << "of another rule";
}

TEST_F(StagedPlan, AnArmIsInOnePart) {
  const Plan begun = plan("steps = 40\ntune = { trials = 3 }\n");
  for (const std::size_t part : {1, 2}) {
    std::set<std::size_t> arms;
    const auto runs = runs_of_shard(begun, {part, 2});
    for (const std::size_t run : runs) arms.insert(begun.runs[run].arm);
    EXPECT_EQ(arms.size(), 1U);
    EXPECT_EQ(runs.size(), 3U);
  }
}

TEST_F(StagedPlan, WhatTrialsLeftForLongerRunsIsDeleted) {
  Stages stages;
  stages.trials.resize(2);
  stages.arms = {arm_of(2, 2, 1)};
  make_folders(runs_folder(out_));
  for (const char* id : {"t0b1s0", "t1b1s0"}) {
    make_folders(partial_folder(out_, id));
    write_file(checkpoint_file(partial_folder(out_, id)), "x");
  }
  ArmStage stage;
  remove_unused_states(out_, stages, {stage});
  EXPECT_TRUE(std::filesystem::exists(partial_folder(out_, "t0b1s0"))) << "nothing is chosen";
  stage.chosen = 1;
  remove_unused_states(out_, stages, {stage});
  EXPECT_FALSE(std::filesystem::exists(partial_folder(out_, "t0b1s0")));
  EXPECT_TRUE(std::filesystem::exists(partial_folder(out_, "t1b1s0"))) << "it may be made yet";
}

}  // namespace
}  // namespace ersatz::study
