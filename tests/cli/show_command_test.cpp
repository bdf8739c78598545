// `ersatz show`: a picture of the test images that were taken for another class.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "cli/program.hpp"
#include "data/codec/decode.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using testing::Outcome;

class ShowCommand : public ::testing::Test {
 protected:
  ShowCommand() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 6, 0});
    testing::write_tiny_source(folder_ / "data", {"B", 20, 6, 0});
    write_file(
        folder_ / "tiny.toml",
        "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\n[data]\npath = \"data\"\n[training]\nsteps = 1\nbatch = 8\n"
        "precision = \"f32\"\n[train.A]\nsources = { A = 20 }\n[train.B]\nsources = { B = 20 }\n");
    const Outcome done =
        testing::run_ersatz({"run", folder_ / "tiny.toml", "--out", out_, "--cache", folder_ / "cache"});
    EXPECT_EQ(done.code, 0) << done.err;
  }
  Outcome show(const std::string& misclassified, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"show",
                                   out_,
                                   "--misclassified",
                                   misclassified,
                                   "--study",
                                   folder_ / "tiny.toml",
                                   "--cache",
                                   folder_ / "cache",
                                   "-o",
                                   folder_ / "sheet.png"};
    words.insert(words.end(), more.begin(), more.end());
    return testing::run_ersatz(words);
  }

  testing::ScratchFolder folder_;
  const fs::path out_ = folder_ / "out";
};

// After one step a network is wrong about most images.
TEST_F(ShowCommand, DrawsTheMistakesOfEveryRun) {
  const Outcome done = show("*:*");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, ContainsRegex("wrote .*sheet.png: [0-9]+ of [0-9]+ mistakes? of A, the surest first"));
  data::Picture picture;
  data::decode_image(read_file(folder_ / "sheet.png"), picture);
  EXPECT_GT(picture.shape.width, 64);
  const Outcome other = show("*:*", {"--test-on", "B", "--train-on", "B", "--each", "2"});
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_THAT(other.out, HasSubstr(" of B, "));
}

TEST_F(ShowCommand, WhatCannotBeIsOneErrorWithTheNearestWord) {
  const auto error = [&](const std::string& misclassified, const std::vector<std::string>& more = {}) {
    const Outcome done = show(misclassified, more);
    EXPECT_EQ(done.code, 2) << misclassified;
    EXPECT_FALSE(fs::exists(folder_ / "sheet.png"));
    return done.err;
  };
  EXPECT_THAT(error("cat"), HasSubstr("TRUE:CALLED"));
  EXPECT_THAT(error("*:nothing like it"), AllOf(HasSubstr("there is no class"), HasSubstr("classes")));
  EXPECT_THAT(error("*:*", {"--train-on", "C"}), HasSubstr("--train-on C: there is no such row"));
  EXPECT_THAT(error("*:*", {"--test-on", "C"}), HasSubstr("--test-on C: there is no such row"));
  testing::write_tiny_source(folder_ / "others", {"A", 30, 6, 0});
  testing::write_tiny_source(folder_ / "others", {"B", 30, 6, 0});
  EXPECT_THAT(error("*:*", {"--data", folder_ / "others"}), HasSubstr("was made with other data than"));
}

}  // namespace
}  // namespace ersatz
