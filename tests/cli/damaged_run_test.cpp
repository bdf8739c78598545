// Output folders in which the folder of a run is damaged: other runs are shown, and `ersatz run` mends it.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

// Two classifiers on mixtures of A and B; the first run is damaged by each test.
class DamagedRun : public ::testing::Test {
 protected:
  DamagedRun() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 6, 0});
    testing::write_tiny_source(folder_ / "data", {"B", 10, 6, 0});
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"tiny\"\nclassifiers = [\"nn\", \"nn-rgb\"]\n[data]\npath = \"data\"\n"
               "[training]\nepochs = 2\nbatch = 8\nprecision = \"f32\"\n"
               "[train.grid]\nsources = { A = [20, \"all\"], B = [0, 20] }\n");
    const Outcome first = run();
    EXPECT_EQ(first.code, 0) << first.err;
    damaged_ = study::read_finished_runs(out()).runs.at(0).folder;
    id_ = study::run_id(damaged_);
  }

  fs::path out() const { return folder_ / "out"; }
  Outcome run() const {
    return testing::run_ersatz(
        {"run", (folder_ / "tiny.toml").string(), "--out", out().string(), "--cache", (folder_ / "cache").string()});
  }
  Outcome ersatz(const std::string& command) const { return testing::run_ersatz({command, out().string()}); }
  void cut(const std::string& name) const { write_file(damaged_ / name, read_file(damaged_ / name).substr(0, 40)); }

  // Every command that reads the folder goes on with the other runs, and says in one line which is left out and why.
  void expect_left_out(const std::string& reason) const {
    for (const char* command : {"table", "answer", "report", "compare"}) {
      const Outcome read = ersatz(command);
      EXPECT_EQ(read.code, 0) << command << read.err;
      EXPECT_EQ(std::ranges::count(read.err, '\n'), 1) << read.err;
      EXPECT_THAT(read.err,
                  AllOf(HasSubstr("ersatz: warning: " + id_ + " is damaged and left out: "), HasSubstr(reason)));
    }
    const std::string note = id_ + " is damaged and left out";
    EXPECT_THAT(ersatz("table").out, AllOf(HasSubstr(note), HasSubstr("NN")));
    EXPECT_THAT(read_file(out() / "report.html"), HasSubstr(note));
    EXPECT_THAT(read_file(out() / "tables/f1.md"), HasSubstr(note));
    const Outcome status = ersatz("status");
    EXPECT_EQ(status.code, 0) << status.err;
    EXPECT_THAT(status.out,
                AllOf(HasSubstr("7 done, 0 running, 0 failed, 0 missing, 1 damaged of 8 runs"),
                      HasSubstr("  " + id_ + ": "), HasSubstr(reason), HasSubstr("`ersatz run`"), HasSubstr("delete")));
  }
  void expect_mended() const {
    EXPECT_THAT(ersatz("status").out, AllOf(HasSubstr("8 done"), Not(HasSubstr("damaged"))));
    EXPECT_EQ(ersatz("table").err, "");
  }

  testing::ScratchFolder folder_;
  fs::path damaged_;
  std::string id_;
};

TEST_F(DamagedRun, WithPredictionsCutShortOrGoneIsTestedAgain) {
  const std::string weights = read_file(damaged_ / "model.safetensors"), told = read_file(damaged_ / "history.csv"),
                    predictions = read_file(damaged_ / "predictions-A.npy");
  cut("predictions-A.npy");
  expect_left_out("predictions-A.npy");
  const Outcome again = run();
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, AllOf(HasSubstr("note: " + id_ + " is damaged and tested again: "),
                               HasSubstr("7 of 8 runs are finished already")));
  EXPECT_EQ(read_file(damaged_ / "predictions-A.npy"), predictions);
  EXPECT_EQ(read_file(damaged_ / "history.csv"), told) << "nothing was trained";
  expect_mended();

  fs::remove(damaged_ / "predictions-B.npy");
  expect_left_out("predictions-B.npy is missing");
  EXPECT_EQ(run().code, 0);
  EXPECT_EQ(read_file(damaged_ / "model.safetensors"), weights);
  expect_mended();
}

TEST_F(DamagedRun, WithARecordCutShortIsMadeAnewAndKept) {
  const std::string weights = read_file(damaged_ / "model.safetensors");
  cut("run.json");
  expect_left_out("run.json");
  const Outcome again = run();
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("note: " + id_ + " is damaged and made anew: "));
  EXPECT_THAT(again.err, AllOf(HasSubstr("ersatz: warning: " + id_ + ": "), HasSubstr(".damaged-" + id_)));
  EXPECT_EQ(read_file(damaged_ / "model.safetensors"), weights) << "the same run again";
  EXPECT_TRUE(fs::exists(study::damaged_folder(out(), id_, 1) / "model.safetensors")) << "nothing is lost";
  expect_mended();
}

TEST_F(DamagedRun, WithACheckpointThatCannotBeStartsAnewWithAWarning) {
  const std::string weights = read_file(damaged_ / "model.safetensors");
  fs::remove_all(damaged_);
  const fs::path checkpoint = study::checkpoint_file(study::partial_folder(out(), id_));
  write_file(checkpoint, "not a checkpoint");
  const Outcome again = run();
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, AllOf(HasSubstr("ersatz: warning: " + id_ +
                                         ": its checkpoint is damaged and deleted: " + checkpoint.string()),
                               HasSubstr(": it starts anew")));
  EXPECT_EQ(read_file(damaged_ / "model.safetensors"), weights);
  expect_mended();
}

TEST_F(DamagedRun, WithARecordOfExtremeDepthOrNumbersIsLeftOut) {
  const std::string record = read_file(damaged_ / "run.json"), told = read_file(damaged_ / "history.csv");
  write_file(damaged_ / "run.json", std::string(100'000, '['));
  EXPECT_THAT(ersatz("status").out,
              AllOf(HasSubstr("1 damaged of 8 runs"), HasSubstr("is JSON of more than 64 levels")));
  std::string huge = record;
  huge.replace(huge.find("\"epochs_run\": ") + 14, 1, "1e300");
  write_file(damaged_ / "run.json", huge);
  EXPECT_THAT(ersatz("status").out, AllOf(HasSubstr("1 damaged of 8 runs"), HasSubstr("1e+300 is not a whole number")));
  write_file(damaged_ / "run.json", record);
  write_file(damaged_ / "history.csv", told.substr(0, told.find('\n')) + "\n1e300" + told.substr(told.find('\n') + 2));
  EXPECT_THAT(ersatz("status").out,
              AllOf(HasSubstr("1 damaged of 8 runs"), HasSubstr("has 1e300 in the column round")));
}

TEST_F(DamagedRun, DeletedAsStatusSaysIsMadeAgain) {
  cut("history.csv");
  expect_left_out("history.csv");
  fs::remove_all(damaged_);
  EXPECT_EQ(run().code, 0);
  expect_mended();
}

TEST_F(DamagedRun, AmongOthersThatAllAreIsOneError) {
  for (const auto& folder : fs::directory_iterator(study::runs_folder(out())))
    write_file(folder.path() / "run.json", "{");
  for (const char* command : {"table", "answer", "report", "compare"}) {
    const Outcome read = ersatz(command);
    EXPECT_EQ(read.code, 2) << command;
    EXPECT_THAT(read.err, AllOf(HasSubstr("error: all finished runs in "), HasSubstr(" are damaged: "), HasSubstr(id_),
                                HasSubstr("\nhint: "), Not(HasSubstr("defect"))));
  }
  const Outcome validation = testing::run_ersatz({"table", out().string(), "--validation"});
  EXPECT_EQ(validation.code, 2);
  EXPECT_EQ(validation.out, "");
  EXPECT_THAT(validation.err, HasSubstr("error: all finished runs in "));
  EXPECT_THAT(ersatz("status").out, HasSubstr("0 done, 0 running, 0 failed, 0 missing, 8 damaged of 8 runs"));
  EXPECT_EQ(run().code, 0);
  expect_mended();
}

}  // namespace
}  // namespace ersatz
