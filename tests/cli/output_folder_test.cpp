// What happens to an output folder from outside while a study is at work in it, or before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

}  // namespace
}  // namespace ersatz
