// `ersatz check` finds what is damaged in an output folder, and what it says to do mends it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/npy.hpp"
#include "cli/program.hpp"
#include "study/output_layout.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Outcome;

class CheckCommand : public ::testing::Test {
 protected:
  CheckCommand() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 6, 0});
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\n[data]\npath = \"data\"\n"
               "[training]\nepochs = 2\nbatch = 8\nprecision = \"f32\"\n[train.A]\nsources = { A = \"all\" }\n");
    run();
    run_ = fs::directory_iterator(study::runs_folder(out_))->path();
  }

  void run() const {
    const Outcome outcome =
        testing::run_ersatz({"run", folder_ / "tiny.toml", "--out", out_, "--cache", folder_ / "cache"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
  }
  Outcome check() const { return testing::run_ersatz({"check", out_}); }
  Outcome predict_again(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"check", out_, "--study", folder_ / "tiny.toml", "--cache", folder_ / "cache"};
    words.insert(words.end(), more.begin(), more.end());
    return testing::run_ersatz(words);
  }
  void flip(const fs::path& file, std::size_t at) const {
    std::string bytes = read_file(file);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
    write_file(file, bytes);
  }
  // Turns the run into one of version 0.2, which recorded less.
  void forget(const std::string& key) const {
    Json record = read_json(run_ / "run.json");
    record.erase(key);
    write_json(run_ / "run.json", record);
  }
  // One line names the file, what is wrong and what to delete; with that deleted a run mends the folder.
  void expect_damage(const fs::path& file, const std::string& what, const fs::path& to_delete) const {
    const Outcome found = check();
    EXPECT_EQ(found.code, 1);
    EXPECT_EQ(found.err, "");
    EXPECT_THAT(found.out, AllOf(HasSubstr("damaged: " + file.string() + ": "), HasSubstr(what),
                                 HasSubstr("; delete " + to_delete.string() + ", then run again\n"),
                                 HasSubstr("2 runs checked, 1 file is damaged\n")));
    EXPECT_EQ(std::ranges::count(found.out, '\n'), 2) << found.out;
    fs::remove_all(to_delete);
    run();
    expect_whole();
  }
  void expect_whole() const {
    const Outcome found = check();
    EXPECT_EQ(found.code, 0) << found.out << found.err;
    EXPECT_EQ(found.out, "study tiny in " + out_.string() + ": 2 runs checked, nothing is damaged\n");
  }

  testing::ScratchFolder folder_;
  const fs::path out_ = folder_ / "out";
  fs::path run_;
};

TEST_F(CheckCommand, FindsNothingWhereNothingIs) {
  expect_whole();
  EXPECT_THAT(testing::run_ersatz({"--help"}).out, HasSubstr("check"));
  EXPECT_EQ(testing::run_ersatz({"check", folder_ / "data"}).code, 2) << "no output folder";
}

TEST_F(CheckCommand, FindsAFlippedBitInEachFileThatItsRecordNames) {
  const Json recorded = read_json(run_ / "run.json").at("sha256");
  EXPECT_EQ(recorded.size(), 4U);
  for (const auto& [name, hash] : recorded.items()) {
    const fs::path file = run_ / name;
    flip(file, read_file(file).size() - 2);
    expect_damage(file, "its SHA-256 is not the one in run.json", file.extension() == ".npy" ? file : run_);
  }
}

TEST_F(CheckCommand, FindsWhatIsMissing) {
  fs::remove(run_ / "predictions-A.npy");
  expect_damage(run_ / "predictions-A.npy", "No such file", run_ / "predictions-A.npy");
  fs::remove(run_ / "model.safetensors");
  expect_damage(run_ / "model.safetensors", "No such file", run_);
}

TEST_F(CheckCommand, FindsARecordThatIsNotOfItsRun) {
  write_file(run_ / "run.json", "{");
  expect_damage(run_ / "run.json", "is not valid JSON", run_);
  Json record = read_json(run_ / "run.json");
  record["seed"] = 7;
  write_json(run_ / "run.json", record);
  expect_damage(run_ / "run.json", "its settings are those of nn-A-s7-", run_);
}

TEST_F(CheckCommand, ComparesPredictionsWithTheRecord) {
  Json record = read_json(run_ / "run.json");
  record["correct"]["A"] = 19;
  write_json(run_ / "run.json", record);
  EXPECT_THAT(check().out, HasSubstr("of its 18 predictions are right, but run.json says 19"));
}

TEST_F(CheckCommand, OfOlderVersionsChecksWhatCanBeRead) {
  forget("sha256");
  forget("correct");
  const Outcome older = check();
  EXPECT_EQ(older.code, 0) << older.out;
  EXPECT_THAT(older.out, HasSubstr("hashes not recorded: 1 run of a version that wrote none"));
  const fs::path file = run_ / "predictions-A.npy";
  flip(file, read_file(file).size() - 1);  // the sign or the exponent of a probability
  EXPECT_THAT(check().out, HasSubstr("the probabilities of image 17 are"));
}

TEST_F(CheckCommand, CountsWhatIsNotFinished) {
  fs::remove_all(run_);
  const Outcome found = check();
  EXPECT_EQ(found.code, 0);
  EXPECT_THAT(found.out, AllOf(HasSubstr("1 run checked, nothing is damaged"), HasSubstr("1 run not finished")));
}

TEST_F(CheckCommand, FindsAStudyThatCannotBeRead) {
  write_file(out_ / "data/A-test.csv", "index,fi");
  EXPECT_THAT(check().out, HasSubstr("A-test.csv: "));
  run();
  expect_whole();
  write_file(out_ / "study.json", "{");
  const Outcome found = check();
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.out, HasSubstr("; delete everything in " + out_.string() + " but " + (out_ / "runs").string()));
  for (const char* name : {"study.json", "data", "tables", "figures", "report.html"}) fs::remove_all(out_ / name);
  run();
  expect_whole();
}

TEST_F(CheckCommand, PredictsAgainWithTheWeights) {
  const Outcome again = predict_again();
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.err, "");
  EXPECT_EQ(again.out, check().out + "predicted again with the weights of 2 runs: of 2 files, 2 have the same bits\n");
}

// Someone has made the predictions surer than the network is, and the record fit them.
TEST_F(CheckCommand, FindsPredictionsThatAreNotOfTheWeights) {
  const fs::path file = run_ / "predictions-A.npy";
  Matrix surer = read_npy(file);
  for (std::size_t i = 0; i < surer.rows; ++i) {
    const auto row = std::span(surer.values).subspan(i * surer.columns, surer.columns);
    const auto first = std::ranges::max_element(row);
    for (float& p : row) p *= .5F;
    *first += .5F;
  }
  write_npy(file, surer);
  Json record = read_json(run_ / "run.json");
  record["sha256"]["predictions-A.npy"] = to_hex(sha256(read_file(file)));
  write_json(run_ / "run.json", record);
  expect_whole();
  const Outcome again = predict_again();
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.out, AllOf(HasSubstr("damaged: " + file.string() + ": it is not what the run's weights predict"),
                               HasSubstr("the class of 0 of 18 images; delete " + file.string()),
                               HasSubstr("of 2 files, 1 has the same bits, 1 does not\n")));
  fs::remove(file);
  run();
  EXPECT_EQ(predict_again().code, 0);
}

TEST_F(CheckCommand, PredictsAgainOnlyOnTheSameData) {
  testing::write_tiny_source(folder_ / "others", {"A", 30, 6, 0});
  const Outcome others = predict_again({"--data", folder_ / "others"});
  EXPECT_EQ(others.code, 2);
  EXPECT_THAT(others.err, HasSubstr("was made with other data than"));
  EXPECT_EQ(testing::run_ersatz({"check", out_, "--data", folder_ / "data"}).code, 2) << "the data of what study?";
}

TEST_F(CheckCommand, WithoutWeightsNothingIsPredictedAgain) {
  const std::string pack = folder_ / "tiny.pack.tar.xz";
  ASSERT_EQ(testing::run_ersatz({"pack", out_, "-o", pack}).code, 0);
  const Outcome again =
      testing::run_ersatz({"check", pack, "--study", folder_ / "tiny.toml", "--cache", folder_ / "cache"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("came out of a pack\nnot predicted again: 2 runs (packed without their weights)\n"));
}

}  // namespace
}  // namespace ersatz
