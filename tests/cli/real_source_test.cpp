// [study] real: what a user sees of it, with three sources whose real one is the last by name.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/json.hpp"
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

class RealSourceCommands : public ::testing::Test {
 protected:
  RealSourceCommands() {
    for (const char* source : {"sd21", "sdxl", "wild"}) {
      testing::write_tiny_source(folder_ / "data", {source, 20, 6, 0});
    }
  }
  // `head` is added to [study], which is line 1.
  void write_study(const std::string& head) const {
    write_file(folder_ / "three.toml",
               "[study]\n" + head +
                   "name = \"three\"\nclassifiers = [\"nn\"]\n[data]\npath = \"data\"\n"
                   "[training]\nepochs = 1\nbatch = 8\nprecision = \"f32\"\n"
                   "[train.wild]\nsources = { wild = 20 }\n[train.sd21]\nsources = { sd21 = 20 }\n"
                   "[train.sdxl]\nsources = { sdxl = 20 }\n[train.both]\nsources = { wild = 20, sdxl = 20 }\n");
  }
  Outcome on_study(const std::string& command) const {
    return testing::run_ersatz(
        {command, (folder_ / "three.toml").string(), "--out", out().string(), "--cache", (folder_ / "cache").string()});
  }
  Outcome on_folder(const std::string& command) const { return testing::run_ersatz({command, out().string()}); }
  fs::path out() const { return folder_ / "out"; }
  std::string page() const { return read_file(out() / "report.html"); }

  testing::ScratchFolder folder_;
};

TEST_F(RealSourceCommands, HeadlineAnswerTablesAndPageGoByIt) {
  write_study("real = \"wild\"\n");
  const Outcome run = on_study("run");
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string headline = "\nTested on wild, training on sd21 instead of wild ";
  EXPECT_THAT(run.out, AllOf(HasSubstr(headline), HasSubstr("training on sdxl instead of wild "),
                             Not(HasSubstr("is taken for the real images"))));
  EXPECT_THAT(on_folder("table").out, HasSubstr(headline));
  const Outcome answer = on_folder("answer");
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, AllOf(HasSubstr("1. Trained on 20 wild images"), HasSubstr("images instead (GAN-train)"),
                                HasSubstr("Adding 20 sdxl images to 20 wild ones")));
  EXPECT_TRUE(fs::exists(out() / "tables/worth-wild.md"));
  const std::string text = page();
  const auto of_wild = text.find("Tested on wild, "), of_sd21 = text.find("Tested on sd21, ");
  ASSERT_NE(of_wild, std::string::npos);
  EXPECT_LT(of_wild, of_sd21);
  EXPECT_LT(text.find("Trained on 20 wild images"), text.find("Trained on 20 sd21 images"));
  EXPECT_EQ(read_json(study::study_file(out())).at("real"), "wild");
}

TEST_F(RealSourceCommands, AGuessIsSaidAndMayBeReplacedWithoutTraining) {
  write_study("");
  const Outcome run = on_study("run");
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string note = "sd21 is taken for the real images, as the first source that is tested on";
  EXPECT_THAT(run.out, AllOf(HasSubstr("note: " + note), HasSubstr("\nTested on sd21, ")));
  EXPECT_THAT(on_study("plan").out, HasSubstr(note));
  EXPECT_THAT(on_folder("answer").out, AllOf(HasSubstr("warning: " + note), HasSubstr("1. Trained on 20 sd21 images")));
  EXPECT_THAT(page(), HasSubstr(note));
  EXPECT_EQ(read_json(study::study_file(out())).at("real"), "sd21");

  write_study("real = \"wild\"\n");
  const Outcome again = on_study("run");
  EXPECT_THAT(again.out,
              AllOf(HasSubstr("all 4 runs are finished: nothing to train"), HasSubstr("\nTested on wild, ")));
  EXPECT_THAT(page(), Not(HasSubstr(note)));
}

TEST_F(RealSourceCommands, ASourceThatIsNotThereIsAnErrorWithItsLine) {
  write_study("test_on = [\"sd21\"]\nreal = \"photos\"\n");
  const Outcome unknown = on_study("plan");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err,
              AllOf(HasSubstr("three.toml:3: study.real names the source photos, which the data do not have"),
                    HasSubstr("hint: the data have: sd21, sdxl and wild")));
  write_study("test_on = [\"sd21\"]\nreal = \"wild\"\n");
  EXPECT_THAT(on_study("plan").err, AllOf(HasSubstr("three.toml:3: study.real names the source wild, which no run is"),
                                          HasSubstr("add it to test_on")));
}

}  // namespace
}  // namespace ersatz
