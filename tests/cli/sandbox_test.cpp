// What users see of the sandbox (base/sandbox.hpp): nothing, but in `ersatz --version -v` and with ERSATZ_SANDBOX.

#include "base/sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "cli/program.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;
using testing::Outcome;
namespace fs = std::filesystem;

class SandboxVariable : public ::testing::Test {
 protected:
  void TearDown() override {
    unsetenv("ERSATZ_SANDBOX");
    unsetenv("ERSATZ_CACHE");
  }
  const testing::ScratchFolder scratch_;
};

TEST_F(SandboxVariable, TheVersionSaysWhatThereIs) {
  EXPECT_THAT(testing::run_ersatz({"--version", "-v"}).out, HasSubstr("\nsandbox: " + sandbox().text + "\n"));
  setenv("ERSATZ_SANDBOX", "off", 1);
  EXPECT_THAT(testing::run_ersatz({"--version", "-v"}).out, HasSubstr("\nsandbox: off (ERSATZ_SANDBOX)\n"));
}

TEST_F(SandboxVariable, AnotherValueIsOneError) {
  setenv("ERSATZ_SANDBOX", "of", 1);
  const Outcome done = testing::run_ersatz({"status"});
  EXPECT_EQ(done.code, 2);
  EXPECT_THAT(done.err, AllOf(HasSubstr("ERSATZ_SANDBOX is \"of\""), HasSubstr("on and off")));
}

TEST_F(SandboxVariable, WhatIsImportedIsTheSameWithAndWithout) {
  using testing::Packing;
  const testing::Files files = testing::cifake_files();
  for (const Packing packing : {Packing::zip, Packing::tar_gz}) {
    const fs::path archive = testing::write_archive(scratch_ / "images", files, packing);
    std::map<std::string, std::string> stores[2];
    std::string said[2];
    for (const int off : {0, 1}) {
      const fs::path cache = scratch_ / (off != 0 ? "off" : "on");
      setenv("ERSATZ_SANDBOX", off != 0 ? "off" : "on", 1);
      setenv("ERSATZ_CACHE", cache.c_str(), 1);
      const Outcome done = testing::run_ersatz({"data", "info", archive.string()});
      EXPECT_EQ(done.code, 0) << done.err;
      said[off] = done.out;
      for (const auto& entry : fs::directory_iterator(cache / "stores")) {
        stores[off][entry.path().filename().string()] = to_hex(sha256(read_file(entry.path())));
      }
      fs::remove_all(cache);
    }
    EXPECT_GE(stores[0].size(), 4U);
    EXPECT_EQ(stores[0], stores[1]);
    EXPECT_EQ(said[0], said[1]);
  }
}

}  // namespace
}  // namespace ersatz
