// What happens to an output folder from outside while a study is at work in it, or before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "study/output_layout.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

class OutputFolderCommands : public ::testing::Test {
 protected:
  OutputFolderCommands() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 6, 0});
    write_study(2);
  }

  // Three runs, one for each seed.
  void write_study(int epochs) const {
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\nseeds = [1, 2, 3]\n[data]\npath = \"data\"\n"
               "[training]\nepochs = " +
                   std::to_string(epochs) +
                   "\nbatch = 8\npatience = 0\nprecision = \"f32\"\n[train.A]\nsources = { A = \"all\" }\n");
  }
  std::vector<std::string> run() const {
    return {"run", folder_ / "tiny.toml", "--out", out_, "--cache", folder_ / "cache", "--jobs", "1"};
  }
  std::size_t temporary_files() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        fs::recursive_directory_iterator(out_), [](const auto& entry) { return is_temporary(entry.path()); }));
  }

  testing::ScratchFolder folder_;
  const fs::path out_ = folder_ / "out";
};

TEST_F(OutputFolderCommands, AStartThatWasKilledWhileItWroteTheFirstFileIsForgotten) {
  write_file(out_ / ".study.json.1-0.tmp", "{\"form");
  write_file(out_ / ".lock", "");
  const Outcome outcome = testing::run_ersatz(run());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(temporary_files(), 0U);
}

TEST_F(OutputFolderCommands, ReportTidiesUpWhatAKilledOneLeft) {
  ASSERT_EQ(testing::run_ersatz(run()).code, 0);
  write_file(out_ / "figures/.nn_histories.png.1-0.tmp", "half");
  const Outcome outcome = testing::run_ersatz({"report", out_});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(temporary_files(), 0U);
}

TEST_F(OutputFolderCommands, ReportTakesThePagesImagesFromTheOutputFolderOrTheStudysData) {
  ASSERT_EQ(testing::run_ersatz(run()).code, 0);
  const auto page = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"report", out_});
    const Outcome outcome = testing::run_ersatz(more);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return read_file(out_ / "report.html");
  };
  const std::string first = page({});
  EXPECT_THAT(first, HasSubstr("class=\"picture p0\""));
  fs::remove(out_ / "data/A-thumbnails.json");
  EXPECT_THAT(page({}), Not(HasSubstr("class=\"picture p0\"")));
  const std::string cache = folder_ / "cache", study = folder_ / "tiny.toml";
  EXPECT_EQ(page({"--study", study, "--cache", cache}), first);
  testing::write_tiny_source(folder_ / "others", {"A", 30, 6, 0});
  const Outcome others =
      testing::run_ersatz({"report", out_, "--study", study, "--cache", cache, "--data", folder_ / "others"});
  EXPECT_EQ(others.code, 2);
  EXPECT_THAT(others.err, HasSubstr("was made with other data than"));
}

TEST_F(OutputFolderCommands, PicturesAreNotTakenFromAnotherListOfTestImages) {
  testing::write_tiny_source(folder_ / "data", {"A", 20, 6, 2});
  ASSERT_EQ(testing::run_ersatz(run()).code, 0);
  const std::string text = read_file(folder_ / "tiny.toml"), section = "[training]\n";
  std::string changed = text;
  changed.insert(changed.find(section), "drop_duplicates = true\n");
  write_file(folder_ / "tiny.toml", changed);
  const std::string thumbnails = read_file(out_ / "data/A-thumbnails.json");
  for (const std::vector<std::string>& first : std::vector<std::vector<std::string>>{
           {"report"}, {"show", "--misclassified", "*:*", "-o", (folder_ / "sheet.png").string()}}) {
    std::vector<std::string> words = first;
    words.insert(words.end(), {out_, "--study", folder_ / "tiny.toml", "--cache", folder_ / "cache"});
    const Outcome outcome = testing::run_ersatz(words);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    EXPECT_THAT(outcome.err, HasSubstr("has other test images of A than"));
  }
  EXPECT_EQ(read_file(out_ / "data/A-thumbnails.json"), thumbnails);
}

// Deleted, or renamed, while the second run trains: one error, not one for each run.
class ChangedWhileItRuns : public OutputFolderCommands {
 protected:
  // The main process stands still meanwhile: it meets the folder as it was or as `change` leaves it, never half
  // changed. Its worker goes on.
  template <typename Change>
  Outcome run_and(Change change) {
    write_study(100000);
    testing::Program program(run());
    EXPECT_TRUE(program.wait_for("epoch 2/"));
    ::kill(program.process().pid(), SIGSTOP);
    change();
    ::kill(program.process().pid(), SIGCONT);
    return program.finish();
  }
  void expect_one_error(const Outcome& outcome, const std::string& what) const {
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("error: " + what + " was deleted or renamed while a study was at work in it"));
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 2) << "it and its hint: " << outcome.err;
  }
  void expect_a_new_start() const {
    write_study(2);
    const Outcome again = testing::run_ersatz(run());
    EXPECT_EQ(again.code, 0) << again.err;
  }
};

TEST_F(ChangedWhileItRuns, AFolderThatIsDeletedIsNotMadeAnew) {
  expect_one_error(run_and([&] {
                     // A file may come into a folder that has just been emptied; its writer is about to end.
                     for (std::error_code code; fs::exists(out_, code);) fs::remove_all(out_, code);
                   }),
                   out_);
  EXPECT_FALSE(fs::exists(out_));
  expect_a_new_start();
}

TEST_F(ChangedWhileItRuns, AFolderThatIsRenamedIsNotMadeAnew) {
  expect_one_error(run_and([&] { fs::rename(out_, folder_ / "kept"); }), out_);
  EXPECT_FALSE(fs::exists(out_));
  EXPECT_TRUE(fs::exists(folder_ / "kept/study.json"));
  expect_a_new_start();
}

// `rm -r` fails where a file comes into a folder that it has just emptied.
TEST_F(ChangedWhileItRuns, WhatADeletionMissedIsDeletedToo) {
  expect_one_error(run_and([&] {
                     for (const auto& entry : fs::directory_iterator(out_)) {
                       if (entry.path().filename() != "runs") fs::remove_all(entry.path());
                     }
                   }),
                   out_);
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(ChangedWhileItRuns, NobodyElsesFilesAreDeleted) {
  write_file(folder_ / "new/thesis.txt", "precious");
  expect_one_error(run_and([&] {
                     fs::rename(out_, folder_ / "kept");
                     fs::rename(folder_ / "new", out_);  // never empty: an empty folder is deleted
                   }),
                   out_);
  EXPECT_EQ(read_file(out_ / "thesis.txt"), "precious");
}

TEST_F(ChangedWhileItRuns, WithoutStudyJsonItKeepsWhatItHas) {
  expect_one_error(run_and([&] { fs::remove(out_ / "study.json"); }), out_ / "study.json");
  EXPECT_TRUE(fs::exists(out_ / "runs"));
}

// What versions up to 0.2 left of a folder that was deleted under them.
TEST_F(OutputFolderCommands, RunsAloneAreTakenOver) {
  ASSERT_EQ(testing::run_ersatz(run()).code, 0);
  for (const char* name : {"study.json", "data", "tables", "figures", "report.html", ".lock"})
    fs::remove_all(out_ / name);
  write_file(out_ / "runs/.partial-other/failed.json", "{}");
  const Outcome again = testing::run_ersatz(run());
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("all 3 runs are finished"));
}

}  // namespace
}  // namespace ersatz
