// `ersatz pack` and `ersatz unpack`, as users run them: a study is carried elsewhere, and nothing of it changes.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>

#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/program.hpp"
#include "cli/working_folder.hpp"
#include "study/run_status.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_ersatz;

std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[fs::relative(entry.path(), folder)] = read_file(entry.path());
  }
  return files;
}

// An answer without what it says of looks at test images: a folder has more of them with each command.
std::string without_looks(const std::string& answer) {
  if (!answer.starts_with('{')) {
    static const std::regex kLooks("The test images of [A-Z] were looked at [^.]*\\.\n");
    return std::regex_replace(answer, kLooks, "");
  }
  Json value = parse_json(answer);
  value.erase("test_looks");
  return value.dump();
}

// Two seeds of a classifier on mixtures of A and B, tested on A; the folder is `out`, its pack `p`.
class PackCommand : public testing::WorkingFolder {
 protected:
  PackCommand() {
    testing::write_tiny_source("data", {"A", 20, 6, 0});
    testing::write_tiny_source("data", {"B", 10, 6, 0});
    write_study("\"A\"");
    run("out");
    ok({"pack", "out", "-o", "p"});
  }

  static void write_study(const std::string& test_on) {
    write_file("tiny.toml", "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\ntest_on = [" + test_on +
                                "]\n[data]\npath = \"data\"\n[training]\nepochs = 2\nbatch = 8\nprecision = \"f32\"\n"
                                "[train.grid]\nsources = { A = [20, \"all\"], B = [0, 20] }\n");
  }
  static Outcome run(const std::string& out) {
    Outcome outcome = run_ersatz({"run", "tiny.toml", "--out", out});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  }
  static std::string ok(const std::vector<std::string>& arguments) {
    const Outcome outcome = run_ersatz(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }
  static void expect_refused(const std::vector<std::string>& arguments, const std::string& message,
                             const std::string& hint) {
    const Outcome outcome = run_ersatz(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    EXPECT_EQ(outcome.err, "ersatz: error: " + message + "\nhint: " + hint + "\n");
  }
  static std::string first_id() { return study::read_finished_runs("out").runs.at(0).id(); }
};

TEST_F(PackCommand, SaysWhatItPackedAndHasTheSameBytesAgain) {
  const std::string said = ok({"pack", "out"});
  EXPECT_THAT(
      said,
      AllOf(HasSubstr("8 runs of the study tiny packed into tiny.pack.tar.xz: "),
            HasSubstr(fmt::format("{:.1f} kB\n", static_cast<double>(fs::file_size("tiny.pack.tar.xz")) / 1000))));
  EXPECT_EQ(read_file("p"), read_file("tiny.pack.tar.xz"));
  EXPECT_THAT(run_ersatz({"--help"}).out, AllOf(HasSubstr("pack"), HasSubstr("unpack")));
}

TEST_F(PackCommand, IsReadInPlaceOfTheFolder) {
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"table"}, {"table", "--validation"}, {"answer"}, {"answer", "--format", "json"}}) {
    std::vector<std::string> of_folder = command, of_pack = command;
    of_folder.insert(of_folder.begin() + 1, "out");
    of_pack.insert(of_pack.begin() + 1, "p");
    EXPECT_EQ(without_looks(ok(of_pack)), without_looks(ok(of_folder))) << command[0];
  }
  const std::string named = "first:  out\nsecond: ";
  EXPECT_EQ(ok({"compare", "out", "p"}).substr((named + "p").size()),
            ok({"compare", "out", "out"}).substr((named + "out").size()));
  EXPECT_EQ(ok({"status", "p"}), "study tiny in p: 8 done, 0 running, 0 failed, 0 missing of 8 runs\n");
  EXPECT_THAT(ok({"status", "p", "--json"}), HasSubstr(fs::absolute("p").string()));
  EXPECT_EQ(
      ok({"check", "p"}),
      "study tiny in p: 8 runs checked, nothing is damaged\nweights not kept: 8 runs, which came out of a pack\n");
}

// But for photographs and probabilities, which a pack has not: the page shows none.
TEST_F(PackCommand, TablesAndFiguresAreMadeAgainByteForByte) {
  ok({"unpack", "p", "-o", "new"});
  ok({"report", "new"});
  ok({"report", "out"});  // by the same command: `run` draws fewer curves
  const auto before = files_below("out"), after = files_below("new");
  std::size_t compared = 0;
  for (const auto& [name, bytes] : before) {
    const fs::path path(name);
    if (path.extension() == ".npy" || path.extension() == ".safetensors" || path.filename() == "run.json") continue;
    if (path.filename() == ".lock" || name.ends_with("-thumbnails.json") || name.ends_with("-maps.json") ||
        name == "report.html" || name == "test-looks.csv")
      continue;
    ASSERT_TRUE(after.contains(name)) << name;
    EXPECT_EQ(after.at(name), bytes) << name;
    ++compared;
  }
  EXPECT_TRUE(before.contains("report.html") && before.contains("tables/worth-A.md") &&
              before.contains("figures/mixtures_A.svg"));
  EXPECT_GT(compared, 40U);
  EXPECT_THAT(before.at("report.html"), HasSubstr("class=\"picture p0\""));
  EXPECT_THAT(after.at("report.html"), AllOf(HasSubstr("What is taken for what"), Not(HasSubstr("picture p0"))));
}

// The look that `run` was goes along; a pack gets no further ones, what is unpacked does.
TEST_F(PackCommand, CarriesLooksAtTestImages) {
  const std::string once = "The test images of A were looked at once since";
  for (int i = 0; i < 2; ++i) EXPECT_THAT(ok({"answer", "p"}), HasSubstr(once));
  ok({"unpack", "p", "-o", "new"});
  EXPECT_EQ(read_file("new/test-looks.csv"), read_file("out/test-looks.csv"));
  EXPECT_THAT(ok({"answer", "new"}), HasSubstr("The test images of A were looked at 2 times since"));
  fs::remove("out/test-looks.csv");
  ok({"pack", "out", "-o", "old"});
  EXPECT_THAT(ok({"answer", "old"}), Not(HasSubstr("looked at"))) << "packs of earlier versions have none";
}

TEST_F(PackCommand, RunCountsItsRunsAsDone) {
  EXPECT_THAT(ok({"unpack", "p"}), HasSubstr("the study tiny is in out/tiny: "));
  const auto runs = files_below("out/tiny/runs");
  EXPECT_THAT(run("out/tiny").out, HasSubstr("all 8 runs are finished: nothing to train"));
  EXPECT_EQ(files_below("out/tiny/runs"), runs);
  EXPECT_EQ(ok({"table", "out/tiny"}), ok({"table", "out"}));
  EXPECT_THAT(ok({"check", "out/tiny"}), HasSubstr("nothing is damaged\nweights not kept: 8 runs"));
}

TEST_F(PackCommand, WhatWasNotFinishedIsMadeElsewhere) {
  const std::string id = first_id();
  fs::create_directories("kept");
  fs::rename("out/runs/" + id, "kept/" + id);
  EXPECT_THAT(ok({"pack", "out"}), AllOf(HasSubstr("7 runs of the study tiny packed into "),
                                         HasSubstr("1 run not finished, and not packed\n")));
  ok({"unpack", "tiny.pack.tar.xz", "-o", "new"});
  EXPECT_THAT(run("new").out, HasSubstr("7 of 8 runs are finished already"));
  EXPECT_EQ(read_file("new/runs/" + id + "/predictions-A.npy"), read_file("kept/" + id + "/predictions-A.npy"));
  fs::rename("kept/" + id, "out/runs/" + id);
  EXPECT_EQ(ok({"table", "new"}), ok({"table", "out"}));
  // A folder of both kinds is packed again as the same study.
  ok({"pack", "new"});
  EXPECT_EQ(ok({"table", "tiny.pack.tar.xz"}), ok({"table", "out"}));
}

// Without weights there is no other way; what was there stays, and is not called damaged.
TEST_F(PackCommand, RunsThatAreTestedOnMoreAreMadeAnewAndThatIsSaid) {
  ok({"unpack", "p", "-o", "new"});
  const std::string id = first_id();
  write_study("\"A\", \"B\"");
  const Outcome again = run("new");
  EXPECT_THAT(again.out, AllOf(HasSubstr("note: " + id +
                                         " is made anew: it was packed without its weights, and is not "
                                         "tested on B\n"),
                               Not(HasSubstr("damaged"))));
  EXPECT_THAT(again.err, AllOf(HasSubstr("ersatz: warning: " + id +
                                         ": it was packed without its weights, which its "
                                         "tests need, and is made anew; what was there is "
                                         "now new/runs/.packed-" +
                                         id),
                               Not(HasSubstr("damaged"))));
  EXPECT_TRUE(fs::exists("new/runs/.packed-" + id + "/classes-A.npy"));
  EXPECT_EQ(read_file("new/runs/" + id + "/predictions-A.npy"), read_file("out/runs/" + id + "/predictions-A.npy"));
  EXPECT_EQ(ok({"check", "new"}), "study tiny in new: 8 runs checked, nothing is damaged\n");
}

TEST_F(PackCommand, OneSourceMoreIsSaidByStatus) {
  ok({"unpack", "p", "-o", "new"});
  Json study = read_json("new/study.json");
  study["test_on"].push_back("B");
  write_json("new/study.json", study);
  const std::string status = ok({"status", "new"});
  EXPECT_THAT(status,
              AllOf(HasSubstr("0 done, 0 running, 0 failed, 8 missing of 8 runs"),
                    HasSubstr("  " + first_id() + ": it was packed without its weights, and is not tested on B"),
                    Not(HasSubstr("damaged"))));
}

TEST_F(PackCommand, DamagedRunsAreLeftOutWithAWarning) {
  const std::string id = first_id();
  write_file("out/runs/" + id + "/predictions-A.npy", "cut");
  const Outcome outcome = run_ersatz({"pack", "out", "-o", "q"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("ersatz: warning: " + id + " is damaged and left out: out/runs/" + id +
                                     "/predictions-A.npy: its SHA-256 is not the one in run.json"));
  EXPECT_THAT(outcome.out, HasSubstr("7 runs of the study tiny packed into q: "));
  fs::remove("out/runs/" + id + "/predictions-A.npy");
  write_file("out/data/A-test.csv", "index,fi");
  EXPECT_EQ(run_ersatz({"pack", "out", "-o", "r"}).code, 2);
  EXPECT_FALSE(fs::exists("r"));
}

TEST_F(PackCommand, WeightsNeedNotBeThere) {
  for (const auto& run : study::read_finished_runs("out").runs) fs::remove(run.folder / "model.safetensors");
  ok({"pack", "out", "-o", "q"});
  EXPECT_EQ(read_file("q"), read_file("p"));
}

TEST_F(PackCommand, ProbabilitiesAreKeptWhereTheyAreAskedFor) {
  ok({"pack", "out", "--probabilities", "-o", "full"});
  EXPECT_GT(fs::file_size("full"), fs::file_size("p"));
  EXPECT_EQ(without_looks(ok({"answer", "full"})), without_looks(ok({"answer", "out"})));
  ok({"unpack", "full", "-o", "new"});
  EXPECT_TRUE(fs::exists("new/runs/" + first_id() + "/probabilities-A.npy"));
  ok({"unpack", "p", "-o", "without"});
  EXPECT_THAT(ok({"pack", "without", "--probabilities"}),
              HasSubstr("8 runs without probabilities: the pack that they came out of had none\n"));
}

TEST_F(PackCommand, IsRefusedWhereAFolderIsNeeded) {
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"report", "p"}, {"run", "tiny.toml", "--out", "p"}, {"plan", "tiny.toml", "--out", "p"}, {"pack", "p"}}) {
    expect_refused(command, "p is a pack, not an output folder", "unpack it first: ersatz unpack p");
  }
  const std::string whole = read_file("p");
  write_file("p", whole.substr(0, whole.size() - 10));
  for (const std::string command : {"table", "answer", "compare", "status", "check", "unpack"}) {
    const Outcome outcome = run_ersatz({command, "p"});
    EXPECT_EQ(outcome.code, 2) << command << outcome.out;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("ersatz: error: p is cut short or damaged: "), HasSubstr("\nhint: ")));
  }
  EXPECT_FALSE(fs::exists("out/tiny"));
  expect_refused({"table", "tiny.toml"}, "tiny.toml is neither the output folder of a study nor a pack",
                 "ersatz run STUDY --out DIR makes a folder, ersatz pack DIR a pack of it");
}

TEST_F(PackCommand, OverwritesNothingThatIsNoPack) {
  expect_refused({"pack", "out", "-o", "tiny.toml"}, "tiny.toml is there and is no pack: it is not overwritten",
                 "choose another name with -o");
  expect_refused({"unpack", "p", "-o", "data"}, "data is there already", "choose another folder with -o");
  EXPECT_EQ(run_ersatz({"pack", "data"}).code, 2);
}

// What a later version wrote is refused with one sentence, and not changed: neither damaged nor to be deleted.
TEST_F(PackCommand, FoldersOfLaterVersionsAreRefused) {
  for (const std::string& file : {std::string("out/study.json"), "out/runs/" + first_id() + "/run.json"}) {
    const std::string good = read_file(file);
    Json value = parse_json(good);
    value["format"] = 2;
    write_json(file, value);
    const auto before = files_below("out");
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"table", "out"},
                                               {"table", "out", "--validation"},
                                               {"answer", "out"},
                                               {"compare", "out"},
                                               {"report", "out"},
                                               {"status", "out"},
                                               {"check", "out"},
                                               {"pack", "out"},
                                               {"plan", "tiny.toml", "--out", "out"},
                                               {"run", "tiny.toml", "--out", "out"}}) {
      const Outcome outcome = run_ersatz(command);
      EXPECT_EQ(outcome.code, 2) << command[0];
      EXPECT_EQ(outcome.err, "ersatz: error: " + file + ": format 2 is not one that this version reads (1)\n" +
                                 "hint: a later version of ersatz wrote it: use that one\n")
          << command[0];
    }
    EXPECT_EQ(files_below("out"), before);
    write_file(file, good);
  }
}

}  // namespace
}  // namespace ersatz
