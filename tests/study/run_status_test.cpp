#include "study/run_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/npy.hpp"
#include "cluster/claim.hpp"
#include "study/check.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const WholePredictions kWhole{{{"A", 3}, {"B", 5}}, 2};

Matrix predictions(std::size_t rows, std::size_t columns) {
  return {rows, columns, std::vector<float>(rows * columns, 0.5F)};
}

// The run "r", trained and tested on A.
class RunStatusTest : public ::testing::Test {
 protected:
  RunStatus status(std::vector<std::string> test_on = {"A"}) const {
    return run_status(out_.path(), "r", test_on, kWhole);
  }
  RunState state(std::vector<std::string> test_on = {"A"}) const { return status(std::move(test_on)).state; }
  fs::path file(const char* name) const { return run_folder(out_.path(), "r") / name; }

  RunStatusTest() { make_folder(runs_folder(out_.path())); }

  void finish(const std::string& id = "r") const {
    RunRecord record;
    record.folder = run_folder(out_.path(), id);
    record.spec.classifier = "nn";
    record.spec.train_on = {"A", {{"A", {}}}};
    record.tested_on = {"A"};
    record.best_round = 1;
    write_run_record(record);
    write_file(history_file(record.folder), train::history_to_csv({{}}));
    write_npy(predictions_file(record.folder, "A"), predictions(3, 2));
  }
  void cut(const char* name, std::size_t bytes) const {
    write_file(file(name), read_file(file(name)).substr(0, bytes));
  }

  testing::ScratchFolder out_;
};

TEST_F(RunStatusTest, FollowsARunsLife) {
  EXPECT_EQ(state(), RunState::missing);
  const fs::path partial = partial_folder(out_.path(), "r");
  write_file(partial / "checkpoint.safetensors", "x");
  EXPECT_EQ(state(), RunState::interrupted);
  auto claim = cluster::Claim::take(claim_file(partial));
  EXPECT_EQ(state(), RunState::running);
  EXPECT_EQ(status().process, ::getpid());
  claim->release();
  EXPECT_EQ(state(), RunState::interrupted);
  write_failure(out_.path(), "r", "why", "hint");
  EXPECT_EQ(state(), RunState::failed);
  EXPECT_EQ(status().reason, "why");
  write_file(failure_file(partial), "{\"mess");
  EXPECT_EQ(state(), RunState::failed) << "though nobody knows why";
  fs::remove_all(partial);
  finish();
  EXPECT_EQ(state(), RunState::finished);
  EXPECT_EQ(state({"A", "B"}), RunState::untested);
}

TEST_F(RunStatusTest, PredictionsThatAreNotWholeAreDamageThatATestMends) {
  const auto expect = [&](const std::string& reason) {
    const RunStatus damaged = status();
    EXPECT_EQ(damaged.state, RunState::damaged) << reason;
    EXPECT_THAT(damaged.reason, HasSubstr(reason));
    EXPECT_TRUE(damaged.trained);
    const RunRecord record = read_run_record(run_folder(out_.path(), "r"));
    EXPECT_THAT(untested_sources(record, {"A", "B"}, kWhole), ElementsAre("A", "B"));
    finish();
    EXPECT_EQ(state(), RunState::finished);
    EXPECT_THAT(untested_sources(record, {"A", "B"}, kWhole), ElementsAre("B"));
  };
  finish();
  fs::remove(file("predictions-A.npy"));
  expect("predictions-A.npy is missing");
  cut("predictions-A.npy", 100);
  expect("predictions-A.npy: is cut short in its header");
  cut("predictions-A.npy", 128 + 5 * sizeof(float));
  expect("predictions-A.npy: is cut short");
  write_file(file("predictions-A.npy"), "x");
  expect("is not a NumPy array");
  write_npy(file("predictions-A.npy"), predictions(2, 2));
  expect("predictions-A.npy has 2 rows of 2 classes, but the test set A has 3 images of 2 classes");
  write_npy(file("predictions-A.npy"), predictions(3, 3));
  expect("has 3 rows of 3 classes");
}

TEST_F(RunStatusTest, ARecordOrAHistoryThatCannotBeReadIsDamageThatOnlyTrainingMends) {
  for (const char* name : {"run.json", "history.csv"}) {
    finish();
    cut(name, 10);
    EXPECT_EQ(state(), RunState::damaged);
    EXPECT_THAT(status().reason, HasSubstr(name));
    EXPECT_FALSE(status().trained);
    fs::remove(file(name));
    EXPECT_EQ(state(), RunState::damaged);
  }
}

TEST_F(RunStatusTest, WhatTheSystemDoesNotHandOutIsNotCalledDamaged) {
  for (const char* name : {"run.json", "history.csv"}) {
    finish();
    fs::remove(file(name));
    ASSERT_EQ(::mknod(file(name).c_str(), S_IFSOCK | 0600, 0), 0);  // nobody may open it, not even root
    EXPECT_EQ(state(), RunState::unreadable);
    EXPECT_THAT(status().reason, HasSubstr(std::string(name) + ": No such device or address"));
    write_study_record(out_.path(), {"s", std::string(64, 'd'), {"cat", "dog"}, {"A"}, false, {"r"}});
    const FinishedRuns all = read_finished_runs(out_.path());
    ASSERT_EQ(all.damaged.size(), 1U);
    EXPECT_TRUE(all.damaged[0].unreadable);
  }
}

TEST_F(RunStatusTest, CheckAdvisesToDeleteNothingThatTheSystemDoesNotHandOut) {
  write_study_record(out_.path(), {"s", std::string(64, 'd'), {"cat", "dog"}, {"A"}, false, {"r"}});
  finish();
  fs::remove(file("run.json"));
  ASSERT_EQ(::mknod(file("run.json").c_str(), S_IFSOCK | 0600, 0), 0);
  const std::vector<Damage> damages = check_folder(out_.path()).damages;
  const auto damage = std::ranges::find(damages, file("run.json"), &Damage::file);
  ASSERT_NE(damage, damages.end());
  EXPECT_TRUE(damage->unreadable);
  EXPECT_THAT(damage->remedy, HasSubstr("it may be whole"));
}

TEST_F(RunStatusTest, DamagedRunsAreNamedBesideTheOthers) {
  write_study_record(out_.path(), {"s", std::string(64, 'd'), {"cat", "dog"}, {"A"}, false, {"r", "q", "missing"}});
  finish("q");
  finish("r");
  cut("run.json", 10);
  const FinishedRuns all = read_finished_runs(out_.path());
  ASSERT_EQ(all.runs.size(), 1U);
  EXPECT_EQ(all.runs[0].id(), "q");
  ASSERT_EQ(all.damaged.size(), 1U);
  EXPECT_EQ(all.damaged[0].id, "r");
  EXPECT_THAT(all.damaged[0].reason, HasSubstr("run.json"));
}

TEST_F(RunStatusTest, WhatIsSetAsideIsKeptEachTime) {
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) {
    finish();
    names.push_back(set_aside(out_.path(), "r").filename().string());
    EXPECT_EQ(state(), RunState::missing);
  }
  EXPECT_THAT(names, ElementsAre(".damaged-r", ".damaged-r-2", ".damaged-r-3"));
  for (const std::string& name : names) EXPECT_TRUE(fs::exists(runs_folder(out_.path()) / name / "run.json"));
}

}  // namespace
}  // namespace ersatz::study
