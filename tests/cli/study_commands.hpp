#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "study/run_status.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz::testing {

// Many short epochs, so that there is time to be killed in the midst of them.
inline constexpr const char* kStudy =
    "[study]\nname = \"tiny\"\nclassifiers = [\"lenet\"]\n"
    "[data]\npath = \"data\"\n"
    "[training]\nepochs = 40\nbatch = 8\npatience = 0\nprecision = \"f32\"\n"
    "[train.A]\nsources = { A = \"all\" }\n"
    "[train.B]\nsources = { B = \"all\" }\n";

class StudyCommands : public ::testing::Test {
 protected:
  StudyCommands() {
    write_tiny_source(folder_ / "data", {"A", 20, 6, 0});
    write_tiny_source(folder_ / "data", {"B", 10, 6, 0});
    write_file(folder_ / "tiny.toml", kStudy);
  }

  std::vector<std::string> arguments(const std::string& command, const std::string& out,
                                     const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{command,   (folder_ / "tiny.toml").string(), "--out", (folder_ / out).string(),
                                 "--cache", (folder_ / "cache").string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Outcome run(const std::string& out, const std::vector<std::string>& more = {}) const {
    return run_ersatz(arguments("run", out, more));
  }
  Outcome status(const std::string& out) const { return run_ersatz({"status", (folder_ / out).string()}); }

  std::vector<study::RunRecord> finished(const std::string& out) const {
    return study::read_finished_runs(folder_ / out).runs;
  }
  // What `run` says of the study with this text. Nothing may have been made before the mistake was found.
  std::string refusal(const std::string& study, const std::vector<std::string>& more = {}) const {
    write_file(folder_ / "tiny.toml", study);
    const Outcome done = run("no", more);
    EXPECT_EQ(done.code, 2) << done.out;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "no")) << done.err;
    return done.err;
  }
  // What must be equal to the last bit: weights and predictions of all finished runs.
  std::map<std::string, std::string> results(const std::string& out) const {
    std::map<std::string, std::string> bytes;
    for (const study::RunRecord& run : finished(out)) {
      for (const char* name : {"model.safetensors", "predictions-A.npy", "predictions-B.npy"}) {
        bytes[run.id() + "/" + name] = read_file(run.folder / name);
      }
    }
    return bytes;
  }

  ScratchFolder folder_;
};

}  // namespace ersatz::testing
