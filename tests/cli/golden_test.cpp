// What earlier versions wrote is read, and comes to the same (tests/golden/README.md).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/csv.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/program.hpp"
#include "study/scratch_folder.hpp"
#include "train/checkpoint.hpp"
#include "train/history.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::run_ersatz;

const fs::path kGolden = fs::path(ERSATZ_SOURCE_DIR) / "tests/golden";

std::vector<std::string> versions() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kGolden)) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

// The files below a folder and what is in them, by their paths in it.
std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[fs::relative(entry.path(), folder)] = read_file(entry.path());
  }
  return files;
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

// Words that were replaced on purpose since. The rest of a table, and every number, must be what it was.
const std::vector<std::pair<std::string, std::string>> kReplaced{
    {"VGG16 (block 1)", "VGG16, first block"},
    {"of the mean (Student's t).", "of the mean over seeds and test images, of each by itself."},
    {"interval over the test images; another", "interval over the test images only; another"},
};

// A table with these words replaced and without what pads its cells.
std::string in_words_of_today(std::string text) {
  for (const auto& [before, after] : kReplaced) {
    for (std::size_t at = 0; (at = text.find(before, at)) != std::string::npos; at += after.size()) {
      text.replace(at, before.size(), after);
    }
  }
  return text;
}

std::string without_padding(const std::string& text) {
  static const std::regex kSpaces(" +"), kRules("-+");
  return std::regex_replace(std::regex_replace(text, kSpaces, " "), kRules, "-");
}

// Intervals are computed in another way since (CHANGELOG.md). Every measured number is what it was.
bool is_interval(const std::string& column) { return column.ends_with("low") || column.ends_with("high"); }

void expect_same_numbers(const std::string& now, const std::string& kept) {
  const Csv before = parse_csv(kept), after = parse_csv(now);
  ASSERT_EQ(after.rows.size(), before.rows.size());
  ASSERT_GE(after.header.size(), before.header.size());
  for (std::size_t c = 0; c < before.header.size(); ++c) {
    EXPECT_EQ(after.header[c], before.header[c]) << "a new column comes last";
    if (is_interval(before.header[c])) continue;
    for (std::size_t i = 0; i < before.rows.size(); ++i) {
      EXPECT_EQ(after.rows[i][c], before.rows[i][c]) << before.header[c] << " of row " << i;
    }
  }
}

class GoldenTest : public ::testing::TestWithParam<std::string> {
 protected:
  GoldenTest() { fs::copy(golden_, copy_, fs::copy_options::recursive); }

  Outcome run(const std::string& study) const {
    return run_ersatz({"run", copy_ / (study + ".toml"), "--out", copy_ / "out" / study, "--cache", copy_ / "cache"});
  }

  testing::ScratchFolder folder_;
  const fs::path golden_ = kGolden / GetParam(), copy_ = folder_ / "copy";
};

TEST_P(GoldenTest, FinishedStudiesTrainNothing) {
  for (const std::string study : {"epochs", "steps"}) {
    const fs::path out = copy_ / "out" / study;
    const std::set<std::string> runs = names_in(out / "runs");
    const Json before = read_json(out / "study.json");
    const Outcome outcome = run(study);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("runs are finished: nothing to train"));
    EXPECT_EQ(names_in(out / "runs"), runs) << "the same ids";
    EXPECT_EQ(read_json(out / "study.json"), before);
    const auto kept = files_below(golden_ / "out" / study / "runs"), now = files_below(out / "runs");
    for (const auto& [name, content] : kept) EXPECT_EQ(now.at(name), content) << name;
  }
  for (const char* kind : {"stores", "features"}) {
    EXPECT_EQ(files_below(copy_ / "cache" / kind), files_below(golden_ / "cache" / kind))
        << "nothing was computed anew";
  }
}

TEST_P(GoldenTest, TablesHaveTheSameNumbers) {
  for (const std::string study : {"epochs", "steps"}) {
    const fs::path out = copy_ / "out" / study;
    fs::remove_all(out / "tables");
    const Outcome outcome = run_ersatz({"report", out});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const auto kept = files_below(golden_ / "out" / study / "tables"), now = files_below(out / "tables");
    for (const auto& [name, content] : kept) {
      ASSERT_TRUE(now.contains(name)) << name;
      SCOPED_TRACE(study + ' ' + name);
      if (name.starts_with("worth") && name.ends_with(".md")) continue;  // its numbers are those of the CSV file
      if (name.ends_with(".csv")) {
        expect_same_numbers(now.at(name), content);
        continue;
      }
      const std::string expected = in_words_of_today(content);
      if (expected == content) {
        EXPECT_EQ(now.at(name), content) << study << ' ' << name;
      } else {
        EXPECT_EQ(without_padding(now.at(name)), without_padding(expected)) << study << ' ' << name;
      }
    }
  }
}

// A pack of what an earlier version wrote is a pack as any other: the same tables, and runs that are done.
TEST_P(GoldenTest, FoldersArePackedAndGoneOnWith) {
  for (const std::string study : {"epochs", "steps"}) {
    const fs::path out = copy_ / "out" / study, pack = copy_ / "pack", elsewhere = copy_ / "out/elsewhere";
    fs::remove_all(elsewhere);
    ASSERT_EQ(run_ersatz({"pack", out, "-o", pack}).code, 0);
    const Outcome unpacked = run_ersatz({"unpack", pack, "-o", elsewhere});
    ASSERT_EQ(unpacked.code, 0) << unpacked.err;
    for (const fs::path& folder : {out, elsewhere}) {
      fs::remove_all(folder / "tables");
      ASSERT_EQ(run_ersatz({"report", folder}).code, 0);
    }
    EXPECT_EQ(files_below(elsewhere / "tables"), files_below(out / "tables"));
    EXPECT_EQ(run_ersatz({"table", pack}).out, run_ersatz({"table", out}).out);
    EXPECT_EQ(run_ersatz({"check", elsewhere}).code, 0);
    // The same study, one run short: only that one is made.
    const std::string id = *names_in(elsewhere / "runs").begin();
    fs::remove_all(elsewhere / "runs" / id);
    const Outcome outcome =
        run_ersatz({"run", copy_ / (study + ".toml"), "--out", elsewhere, "--cache", copy_ / "cache"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const std::size_t runs = names_in(out / "runs").size();
    EXPECT_THAT(outcome.out,
                HasSubstr(std::to_string(runs - 1) + " of " + std::to_string(runs) + " runs are finished already"));
    EXPECT_EQ(names_in(elsewhere / "runs"), names_in(out / "runs"));
    EXPECT_TRUE(fs::exists(elsewhere / "runs" / id / "model.safetensors"));
  }
}

// Where oneDNN and the instruction set are the same the run goes on to the same bits; elsewhere it starts anew.
TEST_P(GoldenTest, TheCheckpointIsContinuedOrTheRunStartsAnewAndSaysSo) {
  const fs::path runs = copy_ / "out/interrupted/runs";
  const std::set<std::string> begun = names_in(runs);
  ASSERT_EQ(begun.size(), 1U);
  const auto checkpoint = train::read_checkpoint(runs / *begun.begin() / "checkpoint.safetensors");
  ASSERT_TRUE(checkpoint);
  const std::size_t rounds = checkpoint->history.size();
  ASSERT_GT(rounds, 1U);
  const Outcome outcome = run("interrupted");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::set<std::string> finished = names_in(runs);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(".partial-" + *finished.begin(), *begun.begin()) << "the same id";
  const fs::path folder = runs / *finished.begin();
  const train::History history = train::read_history(folder / "history.csv");
  EXPECT_EQ(history.size(), 400U);
  EXPECT_EQ(history.back().round, 400);
  if (checkpoint->engine == train::current_engine()) {
    for (std::size_t i = 0; i < rounds; ++i) {
      EXPECT_EQ(history[i].train_seconds, checkpoint->history[i].train_seconds) << "not trained again";
      EXPECT_EQ(history[i].loss, checkpoint->history[i].loss);
    }
#ifdef NDEBUG  // a build without optimisation rounds the sums of our own loops elsewhere
    EXPECT_EQ(read_file(folder / "predictions-FAKE.npy"), read_file(golden_ / "out/interrupted-predictions-FAKE.npy"));
#endif
  } else {
    EXPECT_THAT(outcome.err, HasSubstr("its checkpoint was made in f32 by " + checkpoint->engine));
    EXPECT_THAT(outcome.err, HasSubstr("it starts anew"));
  }
}

// "0.1.0" -> "0_1_0", as names of tests are.
std::string test_name(const ::testing::TestParamInfo<std::string>& version) {
  std::string name = version.param;
  std::ranges::replace(name, '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Version, GoldenTest, ::testing::ValuesIn(versions()), test_name);

}  // namespace
}  // namespace ersatz
