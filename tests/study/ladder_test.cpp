#include "study/ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/ladder_state.hpp"
#include "study/output_layout.hpp"
#include "study/run_record.hpp"
#include "study/scratch_folder.hpp"
#include "train/history.hpp"

namespace ersatz::study {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Verdict = Climb::Verdict;

const LadderRule kRule;  // 1,562 steps, three rungs, .01
constexpr std::nullopt_t kNone = std::nullopt;

TEST(Ladder, RungsAreFourTimesAsLong) {
  EXPECT_EQ(kRule.steps(0), 1562);
  EXPECT_EQ(kRule.steps(1), 6248);
  EXPECT_EQ(kRule.steps(2), 24992);
}

TEST(Ladder, BeginsWithTwoRungsOneAfterTheOther) {
  const Climb begun = climb(kRule, {{kNone, kNone}, {kNone, kNone}, {kNone, kNone}});
  EXPECT_EQ(begun.verdict, Verdict::climbing);
  EXPECT_EQ(begun.asked, 1U);
  EXPECT_THAT(begun.accuracy, IsEmpty());
  const Climb second = climb(kRule, {{0.5, 0.6}, {kNone, kNone}, {kNone, kNone}});
  EXPECT_EQ(second.verdict, Verdict::climbing);
  EXPECT_EQ(second.asked, 2U);
  EXPECT_EQ(second.chosen, 0U);
}

TEST(Ladder, WaitsForEverySeed) {
  const Climb waits = climb(kRule, {{0.5, kNone}, {0.9, 0.9}, {kNone, kNone}});
  EXPECT_EQ(waits.asked, 1U) << "whatever is there of longer runs";
  EXPECT_EQ(climb(kRule, {{0.5, 0.5}, {0.9, kNone}, {0.9, 0.9}}).asked, 2U);
}

// Differences .004, .006, .005: mean .005, sd .001, t(2) = 4.303, so the interval ends at .005 + 4.303 * .001 /
// sqrt(3).
TEST(Ladder, StopsWhereTheIntervalOfAGainEndsBelowTheTolerance) {
  const Climb converged = climb(kRule, {{0.5, 0.6, 0.7}, {0.504, 0.606, 0.705}, {kNone, kNone, kNone}});
  EXPECT_EQ(converged.verdict, Verdict::converged);
  EXPECT_EQ(converged.asked, 2U);
  EXPECT_EQ(converged.chosen, 1U);
  ASSERT_EQ(converged.gains.size(), 1U);
  EXPECT_NEAR(converged.gains[0].difference.mean, 0.005, 1e-12);
  EXPECT_NEAR(converged.gains[0].high, 0.0074843, 1e-6);
  // The same mean, and seeds that do not agree: nobody knows yet.
  const Climb open = climb(kRule, {{0.5, 0.6, 0.7}, {0.49, 0.62, 0.705}, {kNone, kNone, kNone}});
  EXPECT_EQ(open.verdict, Verdict::climbing);
  EXPECT_EQ(open.asked, 3U);
}

TEST(Ladder, EndsWithoutConvergingWhereTheLastRungGains) {
  const Climb open = climb(kRule, {{0.5, 0.5}, {0.6, 0.61}, {0.7, 0.71}});
  EXPECT_EQ(open.verdict, Verdict::not_converged);
  EXPECT_EQ(open.chosen, 2U);
  EXPECT_EQ(open.asked, 3U);
  const Climb done = climb(kRule, {{0.5, 0.5}, {0.6, 0.61}, {0.6, 0.61}});
  EXPECT_EQ(done.verdict, Verdict::converged);
}

TEST(Ladder, TheBudgetIsTheBestRungAndOfEqualOnesTheShortest) {
  EXPECT_EQ(climb(kRule, {{0.5}, {0.6}, {0.5}}).chosen, 1U) << "longer training may do harm";
  EXPECT_EQ(climb(kRule, {{0.6}, {0.6}, {kNone}}).chosen, 0U);
  EXPECT_EQ(climb(kRule, {{0.6}, {0.5}, {kNone}}).chosen, 0U);
}

TEST(Ladder, OneSeedDecidesByItself) {
  const Climb converged = climb(kRule, {{0.5}, {0.509}, {kNone}});
  EXPECT_EQ(converged.verdict, Verdict::converged);
  EXPECT_TRUE(converged.gains[0].one_seed());
  EXPECT_EQ(climb(kRule, {{0.5}, {0.511}, {kNone}}).asked, 3U);
}

TEST(Ladder, IsReadAsItWasWritten) {
  const Ladder ladder{{100, 2, 0.02}, {{"nn", "A", {{"nn-A-s1-00", "nn-A-s2-01"}, {"nn-A-s1-02", "nn-A-s2-03"}}}}};
  EXPECT_EQ(ladder_from_json(to_json(ladder)), ladder);
  const auto refused = [&](const char* key, const Json& value) {
    Json changed = to_json(ladder);
    changed[key] = value;
    EXPECT_THROW(ladder_from_json(changed), Error) << key;
  };
  refused("first_steps", 0);
  refused("rungs", 3);
  refused("rungs", 1'000'000);
  refused("tolerance", 0);
  for (const char* id : {"../x", "", ".x", "a/b"}) {
    Json changed = to_json(ladder);
    changed["arms"][0]["runs"][0][0] = id;
    EXPECT_THROW(ladder_from_json(changed), Error) << id;
  }
}

class LadderState : public ::testing::Test {
 protected:
  LadderState() { make_folder(runs_folder(out_.path())); }
  void finish(const std::string& id, double accuracy) const {
    RunRecord record;
    record.folder = run_folder(out_.path(), id);
    make_folders(record.folder);
    record.spec.classifier = "nn";
    record.spec.train_on = {"A", {{"A", {}}}};
    record.best_round = 2;
    write_run_record(record);
    train::RoundRecord first, last;
    first.round = 1;
    first.val_accuracy = 0.99;
    last.round = 2;
    last.val_accuracy = accuracy;
    write_file(history_file(record.folder), train::history_to_csv({first, last}));
  }
  std::vector<std::string> asked() const { return runs_asked_for(ladder_, read_climbs(out_.path(), ladder_)); }

  testing::ScratchFolder out_;
  const Ladder ladder_{{100, 2, 0.02},
                       {{"nn", "A", {{"a1", "a2"}, {"A1", "A2"}}}, {"nn", "B", {{"b1", "b2"}, {"B1", "B2"}}}}};
};

TEST_F(LadderState, IsThatOfTheFinishedRuns) {
  EXPECT_THAT(asked(), ElementsAre("a1", "a2", "b1", "b2"));
  finish("a1", 0.5);
  EXPECT_THAT(asked(), ElementsAre("a1", "a2", "b1", "b2"));
  finish("a2", 0.5);
  EXPECT_THAT(asked(), ElementsAre("a1", "a2", "A1", "A2", "b1", "b2"));
  EXPECT_DOUBLE_EQ(read_climbs(out_.path(), ladder_)[0].accuracy[0].mean, 0.5) << "of the last round";
  write_file(history_file(run_folder(out_.path(), "a2")), "round,loss\n");
  EXPECT_THAT(asked(), ElementsAre("a1", "a2", "b1", "b2")) << "a damaged run is not finished";
}

TEST_F(LadderState, AFinishedRunThatCannotBeJudgedIsNamed) {
  finish("a1", 0.5);
  finish("a2", std::nan(""));
  EXPECT_THAT(unjudged_runs(out_.path(), ladder_), ElementsAre("a2"));
  finish("a2", 0.5);
  EXPECT_TRUE(unjudged_runs(out_.path(), ladder_).empty());
  write_file(history_file(run_folder(out_.path(), "a2")), "round,loss\n");
  EXPECT_TRUE(unjudged_runs(out_.path(), ladder_).empty()) << "a damaged run is made anew";
  if (::geteuid() == 0) return;  // who may read everything
  std::filesystem::permissions(run_file(run_folder(out_.path(), "a1")), std::filesystem::perms::none);
  EXPECT_THAT(unjudged_runs(out_.path(), ladder_), ElementsAre("a1"));
}

TEST_F(LadderState, StudyJsonAsksForWhatTheRunsLeadTo) {
  StudyRecord record;
  record.name = "s";
  record.classes = {"x", "y"};
  record.runs = {"a1", "a2", "b1", "b2"};
  record.ladder = ladder_;
  write_study_record(out_.path(), record);
  EXPECT_EQ(read_study_record(out_.path()), record);
  finish("b1", 0.5);
  finish("b2", 0.5);
  EXPECT_THAT(read_study_record(out_.path()).runs, ElementsAre("a1", "a2", "b1", "b2", "B1", "B2"));
}

TEST_F(LadderState, WhatIsLeftForRunsThatWillNotBeMadeIsDeleted) {
  for (const char* id : {"A1", "B1"}) write_file(checkpoint_file(partial_folder(out_.path(), id)), "x");
  const Ladder three{{100, 3, 0.02}, {{"nn", "A", {{"a"}, {"b"}, {"A1"}}}, {"nn", "B", {{"c"}, {"d"}, {"B1"}}}}};
  for (const char* id : {"a", "b", "c"}) finish(id, 0.5);
  remove_unused_states(out_.path(), three, read_climbs(out_.path(), three));
  EXPECT_FALSE(std::filesystem::exists(partial_folder(out_.path(), "A1"))) << "b gained nothing";
  EXPECT_TRUE(std::filesystem::exists(partial_folder(out_.path(), "B1"))) << "it may be made yet";
}

}  // namespace
}  // namespace ersatz::study
