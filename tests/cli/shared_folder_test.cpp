// Several `ersatz run` on one output folder, and parts of a study.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "cli/study_commands.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::Program;
using testing::StudyCommands;

TEST_F(StudyCommands, TwoAtOnceShareTheRuns) {
  ASSERT_EQ(run("alone").code, 0);
  Program first(arguments("run", "out", {"--jobs", "1"}));
  ASSERT_TRUE(first.wait_for("epoch 1/40"));
  const pid_t worker = first.children().at(0);
  ::kill(worker, SIGSTOP);  // however fast it is, it does not take both runs
  Program late(arguments("run", "out", {"--jobs", "1"}));
  EXPECT_TRUE(late.wait_for(": starts")) << "the second took the run that was left";
  ::kill(worker, SIGCONT);
  const Outcome second = late.finish(), other = first.finish();
  for (const Outcome& outcome : {second, other}) {
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("report.html"));
  }
  for (const study::RunRecord& run : finished("out")) {
    const std::string starts = run.id() + ": starts", elsewhere = run.id() + ": done by another ersatz run";
    const auto has = [](const Outcome& outcome, const std::string& text) {
      return outcome.out.find(text) != std::string::npos;
    };
    EXPECT_NE(has(second, starts), has(other, starts)) << "no run was made twice";
    EXPECT_NE(has(second, starts), has(second, elsewhere)) << second.out;
    EXPECT_NE(has(other, starts), has(other, elsewhere)) << other.out;
  }
  EXPECT_EQ(results("out"), results("alone"));
  for (const auto& entry : fs::directory_iterator(folder_ / "out/runs")) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
  }
}

TEST_F(StudyCommands, WhatFailsElsewhereIsNotTriedAtOnceAgain) {
  Program first(arguments("run", "out", {"--jobs", "1"}));
  ASSERT_TRUE(first.wait_for("epoch 1/40"));
  const pid_t worker = first.children().at(0);
  ::kill(worker, SIGSTOP);  // its run stays unfinished
  Program second(arguments("run", "out", {"--jobs", "2"}));
  ASSERT_TRUE(second.wait_for("epoch 1/40"));
  ::kill(worker, SIGKILL);
  const Outcome one = first.finish(), two = second.finish();
  EXPECT_EQ(one.code, 1);
  EXPECT_EQ(two.code, 1);
  EXPECT_THAT(two.out, HasSubstr("FAILED, tried by another ersatz run on "));
  EXPECT_THAT(two.err, AllOf(HasSubstr("1 of 2 runs failed"), HasSubstr("signal 9")));
  EXPECT_EQ(run("out").code, 0) << "but the next time";
}

TEST_F(StudyCommands, PartsOfAStudyAreMadeApart) {
  ASSERT_EQ(run("alone", {"--epochs", "2"}).code, 0);
  const Outcome first = run("out", {"--epochs", "2", "--shard", "1/2"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, AllOf(HasSubstr("part 1 of 2: 1 run\n"), HasSubstr("part 1 of 2 is done; 1 run of the study"),
                               Not(HasSubstr("results: "))));
  EXPECT_EQ(finished("out").size(), 1U);
  EXPECT_THAT(run("out", {"--epochs", "2", "--shard", "1/2"}).out, HasSubstr("the run is finished: nothing to train"));
  const Outcome second = run("out", {"--epochs", "2", "--shard", "2/2"});
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("results: "));
  EXPECT_EQ(results("out"), results("alone"));
  const Outcome wrong = run("out", {"--shard", "3/2"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("\"3/2\" is no part of a study"));
}

}  // namespace
}  // namespace ersatz
