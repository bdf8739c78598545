// Bits of the cache turn over: the file is made anew, with one warning, and the results are what they would have been.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Outcome;

class DamagedCache : public ::testing::Test {
 protected:
  DamagedCache() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 6, 0});
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\nseeds = [1, 2, 3, 4]\n[data]\npath = \"data\"\n"
               "[training]\nepochs = 2\nbatch = 8\nprecision = \"f32\"\n[train.A]\nsources = { A = \"all\" }\n");
    const Outcome first = run("right");
    EXPECT_EQ(first.code, 0) << first.err;
    EXPECT_EQ(first.err, "");
  }

  Outcome run(const std::string& out) const {
    return testing::run_ersatz(
        {"run", folder_ / "tiny.toml", "--out", folder_ / out, "--cache", folder_ / "cache", "--jobs", "2"});
  }
  // Turns one bit over in every file of a folder of the cache.
  void flip(const std::string& kind, std::size_t at) const {
    for (const auto& entry : fs::directory_iterator(folder_ / "cache" / kind)) {
      std::string bytes = read_file(entry.path());
      bytes.at(at) = static_cast<char>(bytes.at(at) ^ 64);
      write_file(entry.path(), bytes);
    }
  }
  std::map<std::string, std::string> predictions(const std::string& out) const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_ / out / "runs")) {
      all[entry.path().filename()] = read_file(entry.path() / "predictions-A.npy");
    }
    return all;
  }
  void expect_right(const std::string& out, const std::string& what) const {
    const Outcome outcome = run(out);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("ersatz: warning: "), HasSubstr(what), HasSubstr("; it is made anew\n")));
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_EQ(predictions(out), predictions("right"));
    EXPECT_EQ(run("again-" + out).err, "") << "nothing is left to warn of";
  }

  testing::ScratchFolder folder_;
};

// There is a store of training and one of test images; both are made anew by one import.
TEST_F(DamagedCache, PixelsAreFoundByTheWorkerThatReadsThem) {
  flip("stores", 4096 + 5 * 16 * 16 * 3 + 100);
  expect_right("out", "is damaged: the pixels of its image 5 are not what was written");
}

TEST_F(DamagedCache, HeadersAreFoundWhenTheDataAreOpened) {
  flip("stores", 90);  // the fingerprint
  expect_right("out", "is damaged: its header, labels or names are not what was written");
}

TEST_F(DamagedCache, AnIndexThatNamesOtherClassesIsFound) {
  for (const auto& entry : fs::directory_iterator(folder_ / "cache/index")) {
    std::string text = read_file(entry.path());
    const std::size_t at = text.find("\"bird\"");
    if (at != std::string::npos) write_file(entry.path(), text.replace(at, 6, "\"bard\""));
  }
  expect_right("out", "is damaged: it does not say what was written");
}

}  // namespace
}  // namespace ersatz
