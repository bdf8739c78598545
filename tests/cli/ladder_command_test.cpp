// Studies with several budgets: what a user does and sees.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <string>

#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/output_layout.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Outcome;
using testing::Program;
using testing::StudyCommands;

constexpr const char* kHead =
    "[study]\nname = \"tiny\"\nclassifiers = [\"lenet\"]\nseeds = [1, 2]\nreal = \"A\"\n"
    "[data]\npath = \"data\"\n"
    "[train.A]\nsources = { A = 24 }\n[train.AB]\nsources = { A = 24, B = \"all\" }\n"
    "[training]\nbatch = 8\nprecision = \"f32\"\nown_validation = 0.25\n";
constexpr const char* kLadder = "budget = \"converged\"\nfirst_steps = 20\nrungs = 3\ntolerance = 0.02\n";
constexpr const char* kOwn = "each (trained until done|with the best budget of its ladder): ";
constexpr const char* kList = "steps = [20, 80, 320]\ncooldown = 0.2\n";

class LadderCommands : public StudyCommands {
 protected:
  LadderCommands() { write_study(kLadder); }
  void write_study(const std::string& budget) const { write_file(folder_ / "tiny.toml", kHead + budget); }

  std::vector<std::string> hidden_folders(const std::string& out) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / out / "runs")) {
      if (const std::string name = entry.path().filename(); name.starts_with(".")) names.push_back(name);
    }
    return names;
  }
  Outcome on_folder(const std::string& command, const std::string& out, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {command, (folder_ / out).string()});
    return testing::run_ersatz(more);
  }
  std::set<std::int64_t> budgets(const std::string& out) const {
    std::set<std::int64_t> steps;
    for (const study::RunRecord& run : finished(out)) steps.insert(run.spec.settings.steps.value());
    return steps;
  }
};

TEST_F(LadderCommands, ClimbToTheirEndAndSayHowFar) {
  const Outcome plan = testing::run_ersatz(arguments("plan", "out", {"--no-forecast"}));
  EXPECT_THAT(plan.out, AllOf(HasSubstr("ladder: 20, 80 and 320 steps"), HasSubstr("4 runs, 0 done, in "),
                              HasSubstr("; at most 8 later"), HasSubstr("later")));
  const Outcome run = this->run("out");
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("budgets        20, 80 and 320 steps"),
                             HasSubstr("next: 4 runs with more steps"), ContainsRegex(kOwn)));
  EXPECT_THAT(hidden_folders("out"), IsEmpty()) << "states for longer runs are deleted in the end";
  EXPECT_TRUE(budgets("out").contains(80)) << "the second rung is always made";

  const Json study = read_json(study::study_file(folder_ / "out"));
  std::set<std::string> asked(study.at("runs").begin(), study.at("runs").end()), there;
  for (const study::RunRecord& record : finished("out")) {
    there.insert(record.id());
    EXPECT_EQ(record.source_images.front(), 24U) << "images of the amount, watched ones too";
    EXPECT_EQ(record.validation_images, 6U);
  }
  EXPECT_EQ(asked, there) << "study.json asks for what was made";

  const Json status = parse_json(on_folder("status", "out", {"--json"}).out);
  EXPECT_EQ(status.at("missing"), 0);
  ASSERT_EQ(status.at("ladder").size(), 2U);
  for (const Json& arm : status.at("ladder")) EXPECT_NE(arm.at("verdict"), "climbing");
  EXPECT_THAT(on_folder("status", "out").out, HasSubstr("ladder: "));
  EXPECT_THAT(this->run("out").out, HasSubstr(" runs are finished: nothing to train"));

  // Every budget can be looked at, and the default is each arm's own.
  EXPECT_THAT(on_folder("table", "out").out, ContainsRegex(kOwn));
  EXPECT_THAT(on_folder("table", "out", {"--steps", "20"}).out, HasSubstr("20 steps each"));
  const Outcome none = on_folder("table", "out", {"--steps", "21"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, AllOf(HasSubstr("no finished run has 21 steps"), HasSubstr("there are runs of 20")));
  EXPECT_THAT(on_folder("answer", "out").out, ContainsRegex(std::string("Budget: ") + kOwn));
  EXPECT_THAT(on_folder("answer", "out", {"--steps", "80"}).out, HasSubstr("Budget: 80 steps each."));
  EXPECT_EQ(on_folder("compare", "out", {(folder_ / "out").string(), "--steps", "20"}).code, 0);
  EXPECT_THAT(on_folder("table", "out", {"--validation"}).out, AllOf(HasSubstr("steps"), HasSubstr("own A")));
  const std::string table = read_file(study::budgets_table_file(folder_ / "out", "A", ".md"));
  EXPECT_THAT(table, AllOf(HasSubstr("until done"), HasSubstr("chosen, "), HasSubstr("gain over A alone")));
  EXPECT_THAT(read_file(study::budgets_table_file(folder_ / "out", "A", ".csv")), HasSubstr("lenet,AB,converged,"));
  EXPECT_TRUE(fs::exists(study::budgets_figure_path(folder_ / "out", "A") += ".svg"));
}

TEST_F(LadderCommands, RunsAreThoseFromTheFirstStep) {
  ASSERT_EQ(run("ladder").code, 0);
  write_study(kList);
  const Outcome list = run("list");
  ASSERT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("12 runs"), HasSubstr("budgets        20, 80 and 320 steps")));
  const auto of_list = results("list"), of_ladder = results("ladder");
  EXPECT_GE(of_ladder.size(), 4U * 2 * 3);
  for (const auto& [file, bytes] : of_ladder) {
    ASSERT_TRUE(of_list.contains(file)) << file;
    EXPECT_EQ(bytes, of_list.at(file)) << file << " goes on from a shorter run, and ends with other bits";
  }
  EXPECT_THAT(on_folder("table", "list").out, HasSubstr("320 steps each")) << "the largest common one";
  EXPECT_THAT(run("list", {"--steps", "80"}).out, HasSubstr("all 4 runs are finished: nothing to train"));
}

TEST_F(LadderCommands, StoppedOnTheWayTheyGoOn) {
  ASSERT_EQ(run("alone").code, 0);
  Program stopped(arguments("run", "out", {"--jobs", "1"}));
  ASSERT_TRUE(stopped.wait_for("next: 4 runs with more steps"));
  EXPECT_THAT(on_folder("status", "out").out, HasSubstr("arms are at work (80 steps)"));
  ::kill(stopped.process().pid(), SIGKILL);
  stopped.finish();
  EXPECT_EQ(budgets("out").contains(320), false);
  const Outcome again = run("out");
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(results("out"), results("alone"));
  EXPECT_THAT(hidden_folders("out"), IsEmpty());
}

TEST_F(LadderCommands, TwoAtOnceAndPartsComeToTheSame) {
  ASSERT_EQ(run("alone").code, 0);
  Program first(arguments("run", "out", {"--jobs", "1"}));
  ASSERT_TRUE(first.wait_for(": starts"));
  Program second(arguments("run", "out", {"--jobs", "1"}));
  const Outcome two = second.finish(), one = first.finish();
  EXPECT_EQ(one.code, 0) << one.out << one.err;
  EXPECT_EQ(two.code, 0) << two.out << two.err;
  EXPECT_EQ(results("out"), results("alone"));
  EXPECT_THAT(hidden_folders("out"), IsEmpty());

  const Outcome part = run("parts", {"--shard", "1/2"});
  ASSERT_EQ(part.code, 0) << part.err;
  EXPECT_THAT(part.out, HasSubstr("part 1 of 2 is done"));
  std::set<std::string> sets;
  for (const study::RunRecord& record : finished("parts")) sets.insert(record.spec.train_on.name);
  EXPECT_EQ(sets.size(), 1U) << "an arm is in one part";
  ASSERT_EQ(run("parts", {"--shard", "2/2"}).code, 0);
  EXPECT_EQ(results("parts"), results("alone"));
}

TEST_F(LadderCommands, WhatIsDamagedIsMadeAgain) {
  ASSERT_EQ(run("out").code, 0);
  const auto before = results("out");
  for (const study::RunRecord& record : finished("out")) {
    if (record.spec.settings.steps == 20 && record.spec.seed == 1) write_file(study::history_file(record.folder), "x");
  }
  EXPECT_THAT(on_folder("status", "out").out, HasSubstr("arms are at work (20 steps)"));
  ASSERT_EQ(run("out").code, 0);
  EXPECT_EQ(results("out"), before);
  EXPECT_THAT(hidden_folders("out"), ::testing::Each(HasSubstr("damaged")));
}

TEST_F(LadderCommands, EpochsCannotReplaceBudgets) {
  const Outcome refused = run("out", {"--epochs", "3"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("has several budgets of steps"));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

}  // namespace
}  // namespace ersatz
