// What plan and run say and do where memory does not suffice: ERSATZ_MEMORY stands for a small machine.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

class MemoryLimit : public ::testing::Test {
 protected:
  MemoryLimit() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 6, 0});
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"tiny\"\nclassifiers = [\"lenet\"]\nseeds = [1, 2]\n[data]\npath = \"data\"\n"
               "[training]\nepochs = 1\nbatch = 1024\n[train.A]\nsources = { A = \"all\" }\n");
  }
  ~MemoryLimit() override { ::unsetenv("ERSATZ_MEMORY"); }

  Outcome ersatz(const std::string& command, const std::string& memory, std::vector<std::string> more = {}) const {
    ::setenv("ERSATZ_MEMORY", memory.c_str(), 1);
    std::vector<std::string> all{command,   (folder_ / "tiny.toml").string(), "--out", (folder_ / "out").string(),
                                 "--cache", (folder_ / "cache").string()};
    all.insert(all.end(), more.begin(), more.end());
    return testing::run_ersatz(all);
  }

  testing::ScratchFolder folder_;
};

TEST_F(MemoryLimit, TooLittleForOneRunIsRefusedBeforeAnythingIsWritten) {
  for (const char* command : {"plan", "run"}) {
    const Outcome refused = ersatz(command, "20M");
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("error: a run of lenet (16x16 images, batch 1024) takes "),
                                   HasSubstr("and 20.0 MB are allowed by ERSATZ_MEMORY\nhint: "),
                                   HasSubstr("smaller batch"), Not(HasSubstr("defect"))));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
  }
  EXPECT_EQ(ersatz("plan", "20M", {"--no-forecast"}).code, 0) << "runs are listed all the same";
  EXPECT_EQ(ersatz("run", "1G").code, 0);
  EXPECT_EQ(ersatz("run", "1M").code, 0) << "nothing is left to do";
}

TEST_F(MemoryLimit, FewerRunsAreMadeAtATimeAndOneLineSaysWhy) {
  const std::string listed = ersatz("plan", "10G").out, words = "memory of a run: lenet ";
  const std::string one = fmt::format("{:.1f}M", 1.5 * std::stod(listed.substr(listed.find(words) + words.size())));
  const Outcome asked = ersatz("plan", one, {"--jobs", "2"});
  EXPECT_EQ(asked.code, 0) << asked.err;
  EXPECT_THAT(asked.err, AllOf(HasSubstr("warning: 2 runs at a time would take "),
                               HasSubstr("B are allowed by ERSATZ_MEMORY: 1 at a time\n")));
  EXPECT_THAT(asked.out, HasSubstr(", 1 run at a time"));
  const Outcome run = ersatz("run", one, {"--jobs", "2"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr(": 1 at a time\n"));
  EXPECT_THAT(run.out, HasSubstr("  time           about "));
}

TEST_F(MemoryLimit, AWrongValueIsReportedBeforeAnyWork) {
  const Outcome wrong = ersatz("plan", "plenty");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("ERSATZ_MEMORY is \"plenty\""), HasSubstr("2G")));
}

}  // namespace
}  // namespace ersatz
