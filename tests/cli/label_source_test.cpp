// Studies whose classifiers tell which source an image is from.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/output_layout.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::run_ersatz;
using testing::StudyCommands;

std::string study_text(const std::string& head, const std::string& set = "") {
  return "[study]\nname = \"tell\"\nlabel = \"source\"\nclassifiers = [\"cifake-cnn\"]\nseeds = [1, 2]\n" + head +
         "[data]\npath = \"data\"\n[training]\nsteps = 30\nbatch = 8\nprecision = \"f32\"\n"
         "[train.both]\nsources = { A = \"all\", B = \"all\" }\n" +
         set;
}

class LabelSource : public StudyCommands {};

// A: 20 training and 6 test images of each of three classes, B: 10 and 6.
TEST_F(LabelSource, LearnsAndIsTestedOnTheImagesOfAllSources) {
  write_file(folder_ / "tiny.toml",
             study_text("", "[test.mirrored]\nsources = { A = \"all\", B = 6 }\ntransform = [\"flip\"]\n"));
  const Outcome done = run("out", {"--jobs", "2"});
  ASSERT_EQ(done.code, 0) << done.err;
  const Json record = read_json(folder_ / "out/study.json");
  EXPECT_EQ(record.at("label"), "source");
  EXPECT_EQ(record.at("classes"), Json({"A", "B"}));
  EXPECT_EQ(record.at("test_on"), Json({"all", "mirrored"}));
  EXPECT_THAT(record.at("notes").dump(), HasSubstr("classifiers tell which source an image is from: A and B"));
  const auto runs = finished("out");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs.front().training_images, 48U + 24U);  // a fifth of each class is watched
  EXPECT_EQ(runs.front().validation_images, 12U + 6U);
  const std::string list = read_file(folder_ / "out/data/all-test.csv");
  EXPECT_THAT(list, AllOf(HasSubstr("A/bird/000.jpg,A"), HasSubstr("B/dog/005.jpg,B")));
  EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), 1 + 36);

  const std::string out = (folder_ / "out").string();
  EXPECT_THAT(run_ersatz({"table", out, "--metric", "auc"}).out, AllOf(HasSubstr("all"), HasSubstr("mirrored")));
  const std::string by_class = run_ersatz({"table", out, "--metric", "ap", "--by", "class", "--format", "csv"}).out;
  EXPECT_EQ(std::count(by_class.begin(), by_class.end(), '\n'), 1 + 2 * 2);
  EXPECT_THAT(run_ersatz({"answer", out}).err, HasSubstr("has no answer: its classifiers tell sources apart"));
  EXPECT_FALSE(record.contains("real"));
  EXPECT_THAT(read_file(folder_ / "out/report.html"), HasSubstr("CIFAKE CNN"));
  EXPECT_EQ(
      run_ersatz({"check", out, "--study", (folder_ / "tiny.toml").string(), "--cache", (folder_ / "cache").string()})
          .code,
      0);
  const std::string predicted =
      run_ersatz({"predict", runs.front().folder.string(), (folder_ / "data/test/A/bird/000.jpg").string()}).out;
  EXPECT_THAT(predicted, ::testing::ContainsRegex("000.jpg +[AB] "));
  EXPECT_THAT(run("out").out, HasSubstr("all 2 runs are finished: nothing to train"));
}

TEST_F(LabelSource, OwnValidationWatchesImagesOfEachSource) {
  std::string text = study_text("");
  text.replace(text.find("steps = 30"), 10, "own_validation = 0.25\nsteps = 30");
  write_file(folder_ / "tiny.toml", text);
  ASSERT_EQ(run("out").code, 0);
  EXPECT_EQ(finished("out").front().validation_images, 15U + 7U);
  // Also where a source is tested on by itself: it is no real one.
  write_file(folder_ / "tiny.toml", text.insert(text.find("seeds"), "test_on = [\"B\", \"all\"]\n"));
  ASSERT_EQ(run("one").code, 0);
  EXPECT_EQ(finished("one").front().validation_images, 15U + 7U);
  EXPECT_FALSE(read_json(folder_ / "one/study.json").contains("real"));
  const std::string one = (folder_ / "one").string();
  const std::string areas =
      run_ersatz({"table", one, "--metric", "auc", "--sort", "value", "--reverse", "--format", "csv"}).out;
  EXPECT_THAT(areas, HasSubstr("both,B,,,2,,,,\n")) << "of one class there is none";
  EXPECT_THAT(run_ersatz({"table", one, "--metric", "auc"}).out, HasSubstr("–"));
  EXPECT_FALSE(fs::exists(folder_ / "one/tables/worth-B.md")) << "nothing stands in for anything";
}

TEST_F(LabelSource, HasNoRealSource) {
  const std::string file = (folder_ / "tiny.toml").string();
  EXPECT_THAT(refusal(study_text("real = \"A\"\n")), HasSubstr(file + ":6: study.real: a study that tells sources"));
  EXPECT_THAT(refusal(study_text("", "match = \"color\"\n")),
              HasSubstr("train.both.match: a study that tells sources"));
  EXPECT_THAT(refusal(study_text("", "labels = \"teacher\"\n")), HasSubstr("train.both.labels"));
  EXPECT_THAT(refusal(study_text("", "[train.one]\nsources = { A = 6 }\n")),
              HasSubstr("train.one.sources: it holds images of A alone"));
  std::string watched = study_text("");
  watched.insert(watched.find("steps = 30"), "validate_on = [\"A\"]\n");
  EXPECT_THAT(refusal(watched), HasSubstr("training.validate_on: the images of one source"));
  std::string until = study_text("");
  until.replace(until.find("seeds = [1, 2]"), 14, "seeds = \"until .05, at most 4\"");
  EXPECT_THAT(refusal(until), HasSubstr("study.seeds: seeds are added for what"));
  std::string text = study_text("");
  text.replace(text.find("\"source\""), 8, "\"sources\"");
  EXPECT_THAT(refusal(text), HasSubstr("study.label: must be \"class\" or \"source\", but is \"sources\""));
  fs::remove_all(folder_ / "data/train/B");
  fs::remove_all(folder_ / "data/test/B");
  EXPECT_THAT(refusal(study_text("")), HasSubstr("the data have a single source, A"));
}

}  // namespace
}  // namespace ersatz
