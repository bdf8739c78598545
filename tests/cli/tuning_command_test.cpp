// Studies whose settings are tuned, and whose seeds are added: what a user does and sees.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <string>

#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/output_layout.hpp"
#include "study/run_record.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::Program;
using testing::StudyCommands;

class StagedCommands : public StudyCommands {
 protected:
  void write_study(const std::string& training, const std::string& seeds) const {
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\nreal = \"A\"\nseeds = " + seeds +
                   "\n[data]\npath = \"data\"\n"
                   "[train.A]\nsources = { A = 24 }\n[train.AB]\nsources = { A = 24, B = \"all\" }\n"
                   "[training]\nbatch = 8\nprecision = \"f32\"\nown_validation = 0.25\n" +
                   training);
  }
  Outcome on_folder(const std::string& command, const std::string& out, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {command, (folder_ / out).string()});
    return testing::run_ersatz(more);
  }
  study::StudyRecord record(const std::string& out) const { return study::read_study_record(folder_ / out); }
};

class TuningCommands : public StagedCommands {
 protected:
  TuningCommands() { write_study("steps = 60\ntune = { trials = 4 }\n", "[1, 2, 3, 4]"); }
};

TEST_F(TuningCommands, ChooseByValidationAndSayWhat) {
  const Outcome plan = testing::run_ersatz(arguments("plan", "out"));
  EXPECT_THAT(plan.out, AllOf(HasSubstr("settings: 4 trials for each arm, the best 2 again with 3 seeds"),
                              HasSubstr("8 runs, 0 done, in "), HasSubstr("; at most 10 later"),
                              ContainsRegex("of which 8 trials: about "), HasSubstr("missing (trial)")));
  const Outcome run = this->run("out");
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("settings       4 trials for each arm"),
                             HasSubstr("(1 classifier x 2 training sets x 4 trials)"),
                             HasSubstr("runs, 8 of them to choose settings by"),
                             ContainsRegex("on A: .*: the best of 4 trials on validation images\\.")));
  const study::StudyRecord study = record("out");
  EXPECT_EQ(study.runs.size(), 8U);
  EXPECT_EQ(study.trials.size(), 2U * (4 + 2 * 2 - 3)) << "all but those that became the arm's own";
  for (const std::string& id : study.runs) {
    EXPECT_EQ(study::read_run_record(study::run_folder(folder_ / "out", id)).tested_on.size(), 2U) << id;
  }
  for (const std::string& id : study.trials) {
    EXPECT_TRUE(study::read_run_record(study::run_folder(folder_ / "out", id)).tested_on.empty())
        << id << " was not chosen, and test images saw it";
  }
  EXPECT_THAT(this->run("out").out, HasSubstr("runs are finished: nothing to train"));

  const Outcome status = on_folder("status", "out");
  EXPECT_THAT(status.out,
              AllOf(HasSubstr("18 done"), HasSubstr("settings: 2 of 2 arms have their settings, 8 of 8 trials made")));
  const Json json = parse_json(on_folder("status", "out", {"--json"}).out);
  ASSERT_EQ(json.at("settings").size(), 2U);
  EXPECT_EQ(json.at("settings")[0].at("trials"), 4);
  EXPECT_EQ(json.at("missing"), 0);
  EXPECT_EQ(json.at("others"), 0);
  EXPECT_THAT(on_folder("check", "out").out, HasSubstr("18 runs checked, nothing is damaged"));

  // Trials are told apart where validation accuracies are, and nowhere else.
  const std::string validation = on_folder("table", "out", {"--validation"}).out;
  EXPECT_THAT(validation, AllOf(HasSubstr("settings"), HasSubstr("as the study says"), HasSubstr("(chosen)"),
                                HasSubstr("learning rate .0")));
  for (const auto& command : {"table", "answer", "compare"}) {
    const Outcome shown =
        on_folder(command, "out",
                  command == std::string("compare") ? std::vector<std::string>{(folder_ / "out").string()}
                                                    : std::vector<std::string>{});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("the best of 4 trials")) << command;
  }
  EXPECT_THAT(read_file(study::page_file(folder_ / "out")), HasSubstr("the best of 4 trials"));
  EXPECT_EQ(parse_json(on_folder("answer", "out", {"--format", "json"}).out).at("tuned").size(), 2U);
  // What a mixture is depends on the study file, not on what was chosen: A alone is what AB is compared with.
  const Json gains = parse_json(on_folder("answer", "out", {"--format", "json"}).out).at("gains");
  ASSERT_EQ(gains.size(), 1U);
  EXPECT_TRUE(gains[0].contains("change"));
  EXPECT_FALSE(gains[0].contains("augmentation"));
}

TEST_F(TuningCommands, APackCarriesTheTrials) {
  ASSERT_EQ(run("out").code, 0);
  const fs::path pack = folder_ / "tiny.pack.tar.xz";
  on_folder("answer", "out");  // a look at the test images, which the pack has on record
  ASSERT_EQ(on_folder("pack", "out", {"-o", pack.string()}).code, 0);
  const std::string from_pack = testing::run_ersatz({"answer", pack.string()}).out;
  EXPECT_THAT(from_pack, HasSubstr("the best of 4 trials"));
  EXPECT_EQ(from_pack, on_folder("answer", "out").out);
}

TEST_F(TuningCommands, KilledTwoAtOnceAndPartsComeToTheSame) {
  ASSERT_EQ(run("alone").code, 0);
  Program stopped(arguments("run", "out", {"--jobs", "1"}));
  ASSERT_TRUE(stopped.wait_for("of them to choose settings by"));
  ::kill(stopped.process().pid(), SIGKILL);
  stopped.finish();
  Program first(arguments("run", "out", {"--jobs", "1"}));
  ASSERT_TRUE(first.wait_for(": starts"));
  Program second(arguments("run", "out", {"--jobs", "1"}));
  const Outcome two = second.finish(), one = first.finish();
  EXPECT_EQ(one.code, 0) << one.out << one.err;
  EXPECT_EQ(two.code, 0) << two.out << two.err;
  EXPECT_EQ(results("out"), results("alone"));
  EXPECT_EQ(record("out"), record("alone"));

  ASSERT_EQ(run("parts", {"--shard", "1/2"}).code, 0);
  std::set<std::string> sets;
  for (const study::RunRecord& one_run : finished("parts")) sets.insert(one_run.spec.train_on.name);
  EXPECT_EQ(sets.size(), 1U) << "an arm is in one part";
  ASSERT_EQ(run("parts", {"--shard", "2/2"}).code, 0);
  EXPECT_EQ(results("parts"), results("alone"));
}

TEST_F(TuningCommands, AnArmClimbsWithItsSettings) {
  write_study(
      "budget = \"converged\"\nfirst_steps = 20\nrungs = 2\ntolerance = 0.02\ntune = { trials = 3, augment = false }\n",
      "[1, 2]");
  const Outcome run = this->run("out");
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  const study::StudyRecord study = record("out");
  ASSERT_EQ(study.ladder->arms.size(), 2U);
  for (const study::LadderArm& arm : study.ladder->arms) {
    std::set<double> rates;
    for (const auto& rung : arm.runs) {
      for (const std::string& id : rung) {
        rates.insert(*study::read_run_record(study::run_folder(folder_ / "out", id)).spec.settings.learning_rate);
      }
    }
    EXPECT_EQ(rates.size(), 1U) << "one setting for all rungs";
  }
  EXPECT_THAT(on_folder("status", "out").out, AllOf(HasSubstr("settings: 2 of 2"), HasSubstr("ladder: ")));
  EXPECT_THAT(on_folder("table", "out").out,
              AllOf(HasSubstr("the best of 3 trials"), ContainsRegex("each (trained until|with the best)")));
  for (const auto& entry : fs::directory_iterator(folder_ / "out" / "runs")) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << "states of trials are deleted in the end";
  }
}

TEST_F(TuningCommands, ImagesToBeJudgedByMustBeThere) {
  write_file(folder_ / "tiny.toml", std::string(testing::kStudy) + "[training.tune]\ntrials = 3\n");
  std::string text = read_file(folder_ / "tiny.toml");
  text.replace(text.find("patience = 0"), 12, "validation = 0\npatience = 0");
  write_file(folder_ / "tiny.toml", text);
  const Outcome refused = run("out");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("tune: needs images to be judged by"));
}

class SeedsCommands : public StagedCommands {};

TEST_F(SeedsCommands, AreAddedUntilIntervalsAreNarrow) {
  write_study("steps = 30\n", "\"until .0001, at most 5\"");
  EXPECT_THAT(testing::run_ersatz(arguments("plan", "out", {"--no-forecast"})).out,
              AllOf(HasSubstr("6 runs, 0 done"), HasSubstr("seeds: 1 to 3, and more until")));
  const Outcome run = this->run("out");
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("seeds          1 to 3, and more until"));
  const Json answer = parse_json(on_folder("answer", "out", {"--format", "json"}).out);
  const Json seeds = answer.at("seeds");
  EXPECT_EQ(seeds.at("most"), 5);
  // 36 test images leave more open than that, whatever the seeds: then three are made.
  EXPECT_GE(seeds.at("asked"), 3);
  EXPECT_EQ(record("out").runs.size(), 2 * seeds.at("asked").get<std::size_t>());
  EXPECT_THAT(on_folder("answer", "out").out, HasSubstr("3 to begin with and 5 at most"));
  EXPECT_THAT(on_folder("status", "out").out, HasSubstr("seeds: 1 to "));
}

// How wide intervals are is not known before: a first study says it, and a second one wants them narrower.
TEST_F(SeedsCommands, KilledTwoAtOnceAndPartsComeToTheSameSeeds) {
  ASSERT_EQ(testing::run_ersatz({"data", "demo", (folder_ / "demo").string()}).code, 0);
  const auto want = [&](const std::string& width) {
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"tiny\"\nclassifiers = [\"nn\"]\nseeds = \"until " + width +
                   ", at most 6\"\n[data]\npath = \"demo\"\n"
                   "[train.R]\nsources = { REAL = 60 }\n[train.RF]\nsources = { REAL = 60, FAKE = \"all\" }\n"
                   "[training]\nsteps = 30\nbatch = 8\nprecision = \"f32\"\n");
  };
  want(".9");
  ASSERT_EQ(run("wide").code, 0);
  const Json wide = parse_json(on_folder("answer", "wide", {"--format", "json"}).out).at("seeds");
  EXPECT_EQ(wide.at("asked"), 3);
  want(std::to_string(0.9 * wide.at("widest").get<double>()));
  const Outcome alone = run("alone");
  ASSERT_EQ(alone.code, 0) << alone.err;
  EXPECT_THAT(alone.out, HasSubstr("seeds are asked for next"));
  const std::size_t asked = record("alone").stages->seeds->asked;
  EXPECT_GT(asked, 3U);
  EXPECT_EQ(record("alone").runs.size(), 2 * asked);

  Program stopped(arguments("run", "out", {"--jobs", "1"}));
  ASSERT_TRUE(stopped.wait_for("next: "));
  ::kill(stopped.process().pid(), SIGKILL);
  stopped.finish();
  EXPECT_GT(record("out").stages->seeds->asked, 3U) << "study.json has what was asked for";
  Program first(arguments("run", "out", {"--jobs", "1"}));
  Program second(arguments("run", "out", {"--jobs", "1"}));
  EXPECT_EQ(second.finish().code, 0);
  EXPECT_EQ(first.finish().code, 0);
  EXPECT_EQ(record("out"), record("alone"));

  // A part adds no seeds before the others are done: the same commands again go on, as often as seeds are added.
  ASSERT_EQ(run("parts", {"--shard", "1/2"}).code, 0);
  EXPECT_EQ(record("parts").stages->seeds->asked, 3U);
  for (int round = 0; round < 4; ++round) {
    ASSERT_EQ(run("parts", {"--shard", "2/2"}).code, 0);
    ASSERT_EQ(run("parts", {"--shard", "1/2"}).code, 0);
  }
  EXPECT_EQ(record("parts"), record("alone"));
  EXPECT_THAT(on_folder("status", "parts").out, HasSubstr(" 0 missing of "));
}

TEST_F(SeedsCommands, WidthsThatAreReachedAskForNoMore) {
  write_study("steps = 30\n", "\"until .99\"");
  const Outcome run = this->run("out");
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, Not(HasSubstr("next: ")));
  EXPECT_EQ(record("out").runs.size(), 6U);
  EXPECT_EQ(parse_json(on_folder("answer", "out", {"--format", "json"}).out).at("seeds").at("wide"), 0);
}

TEST_F(SeedsCommands, AListOnTheCommandLineReplacesTheRule) {
  write_study("steps = 30\n", "\"until .99\"");
  ASSERT_EQ(run("out", {"--seeds", "7"}).code, 0);
  EXPECT_EQ(record("out").runs.size(), 2U);
  EXPECT_FALSE(record("out").stages);
}

}  // namespace
}  // namespace ersatz
