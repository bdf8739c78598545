// The commands run, plan and status, end to end, on small drawn images.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <thread>

#include "base/files.hpp"
#include "base/json.hpp"
#include "cli/study_commands.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::kStudy;
using ::testing::Not;
using testing::Outcome;
using testing::Program;
using testing::StudyCommands;

TEST_F(StudyCommands, RunTrainsTestsAndPrintsTheTable) {
  const Outcome done = run("out", {"--epochs", "3"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.err, "");
  EXPECT_THAT(done.out, AllOf(HasSubstr("2 runs (1 classifier x 2 training sets x 1 seed), tested on A and B"),
                              HasSubstr("epoch 3/3"), HasSubstr("LeNet"), HasSubstr("report.html")));
  EXPECT_EQ(finished("out").size(), 2U);
  for (const char* file : {"tables/f1.md", "tables/metrics.csv", "report.html", "data/A-test.csv", "data/B-test.csv",
                           "figures/lenet_histories.svg"}) {
    EXPECT_TRUE(fs::exists(folder_ / "out" / file)) << file;
  }
  for (const study::RunRecord& run : finished("out")) {
    for (const char* file : {"history.csv", "model_card.txt", "report-A.txt", "report-B.txt", "curves.svg"}) {
      EXPECT_TRUE(fs::exists(run.folder / file)) << file;
    }
  }
}

TEST_F(StudyCommands, ASecondRunTrainsNothingAndADeletedRunAlone) {
  ASSERT_EQ(run("out", {"--epochs", "3"}).code, 0);
  const auto before = results("out");
  const Outcome second = run("out", {"--epochs", "3"});
  EXPECT_EQ(second.code, 0);
  EXPECT_THAT(second.out, AllOf(HasSubstr("all 2 runs are finished: nothing to train"), Not(HasSubstr("epoch 1/3"))));

  const std::vector<study::RunRecord> runs = finished("out");
  const auto kept = fs::last_write_time(runs[1].folder / "model.safetensors");
  fs::remove_all(runs[0].folder);
  const Outcome third = run("out", {"--epochs", "3"});
  EXPECT_EQ(third.code, 0);
  EXPECT_THAT(third.out, AllOf(HasSubstr(runs[0].id() + ": starts"), Not(HasSubstr(runs[1].id() + ": starts"))));
  EXPECT_EQ(fs::last_write_time(runs[1].folder / "model.safetensors"), kept);
  EXPECT_EQ(results("out"), before) << "the same seed gives the same bits";
}

TEST_F(StudyCommands, MixturesWithABudgetAndAugmentationHaveAnAnswer) {
  write_file(folder_ / "tiny.toml",
             "[study]\nname = \"mix\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\n[data]\npath = \"data\"\n"
             "[training]\nsteps = 25\nbatch = 8\nprecision = \"f32\"\n"
             "[train.mix]\nsources = { A = [0, 9, 30], B = [0, 12] }\n"
             "[train.flipped]\nsources = { A = 9 }\naugment = [\"flip\", { name = \"crop\", padding = 1 }]\n");
  const Outcome done = run("out");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("12 runs (1 classifier x 6 training sets x 2 seeds)"), HasSubstr("part 10/10"),
                              HasSubstr("25 steps in")));
  for (const study::RunRecord& one : finished("out")) {
    EXPECT_EQ(one.spec.settings.steps, 25);
    EXPECT_EQ(one.source_images.size(), one.spec.train_on.sources.size());
  }
  const Outcome told = testing::run_ersatz({"answer", (folder_ / "out").string(), "--replicates", "100"});
  EXPECT_THAT(told.err, HasSubstr("--replicates has no effect any more"));
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_THAT(told.out,
              AllOf(HasSubstr(" 1. "), HasSubstr("Adding 12 B images to 9 A ones changes the accuracy by: NN"),
                    HasSubstr("flip+crop(padding 1) of the 9 A images"), HasSubstr("2 seeds are few")));
  EXPECT_EQ(testing::run_ersatz({"answer", (folder_ / "out").string(), "--on", "C"}).code, 2);
  EXPECT_THAT(testing::run_ersatz(arguments("run", "out", {"--epochs", "3"})).err,
              HasSubstr("--epochs: " + (folder_ / "tiny.toml").string() + " has a budget of 25 steps"));
  for (const char* file : {"tables/worth-A.md", "tables/worth-A.csv", "figures/mixtures_A.svg"}) {
    EXPECT_TRUE(fs::exists(folder_ / "out" / file)) << file;
  }
}

TEST_F(StudyCommands, RecipesAreChosenWithoutLookingAtTestImages) {
  write_file(folder_ / "tiny.toml",
             "[study]\nname = \"choose\"\nclassifiers = [\"nn\"]\nseeds = [1, 2]\ntest_on = [\"A\"]\n"
             "[data]\npath = \"data\"\n[training]\nsteps = 20\nbatch = 8\nvalidate_on = [\"B\"]\n"
             "[train.plain]\nsources = { A = \"all\" }\n[train.noisy]\nsources = { A = \"all\" }\n"
             "augment = [\"noise\"]\n");
  ASSERT_EQ(run("out").code, 0);
  for (const study::RunRecord& one : finished("out")) {
    EXPECT_EQ(one.validation_images, 6U);
    fs::remove(one.folder / "predictions-A.npy");  // so it cannot have been looked at
  }
  const Outcome told = testing::run_ersatz({"table", (folder_ / "out").string(), "--validation"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_THAT(told.out,
              AllOf(HasSubstr("\nNN          plain       B        2  "), HasSubstr("  noisy "), HasSubstr("  1, 2\n")));
}

TEST_F(StudyCommands, KilledAndRunAgainEndsBitIdentical) {
  ASSERT_EQ(run("whole").code, 0);
  const std::string id = finished("whole").at(0).id();
  {
    Program program(arguments("run", "parts"));
    ASSERT_TRUE(program.wait_for(id + ": epoch 3/40"));
    program.process().signal(SIGKILL);
    EXPECT_EQ(program.finish().code, -1);
  }
  ASSERT_TRUE(finished("parts").empty()) << "killed too late to test anything";
  const Outcome resumed = run("parts");
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_THAT(resumed.out, Not(HasSubstr(id + ": epoch 1/40"))) << "its first epoch was on disk";
  EXPECT_EQ(results("parts"), results("whole"));
}

TEST_F(StudyCommands, StoppedOnRequestEndsWith75AndGoesOn) {
  ASSERT_EQ(run("whole").code, 0);
  {
    Program program(arguments("run", "parts", {"--jobs", "1"}));
    ASSERT_TRUE(program.wait_for("epoch 2/40"));
    program.process().signal(SIGINT);
    const Outcome stopped = program.finish();
    EXPECT_EQ(stopped.code, 75);
    EXPECT_THAT(stopped.err, HasSubstr("run the same command again"));
  }
  EXPECT_THAT(status("parts").out, HasSubstr("go on from their last checkpoint"));
  EXPECT_EQ(run("parts", {"--jobs", "2"}).code, 0);
  EXPECT_EQ(results("parts"), results("whole")) << "also with another number of jobs";
}

TEST_F(StudyCommands, AWorkerThatDiesFailsItsRunOnly) {
  {
    Program program(arguments("run", "out", {"--jobs", "1"}));
    ASSERT_TRUE(program.wait_for("epoch 2/40"));
    const auto workers = program.children();
    ASSERT_EQ(workers.size(), 1U);
    ::kill(workers[0], SIGKILL);
    const Outcome outcome = program.finish();
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("1 of 2 runs failed"), HasSubstr("signal 9")));
    EXPECT_THAT(outcome.out, HasSubstr("FAILED"));
  }
  EXPECT_EQ(finished("out").size(), 1U) << "the other one went on";
  EXPECT_THAT(status("out").out,
              AllOf(HasSubstr("1 done, 0 running, 1 failed, 0 missing of 2 runs"), HasSubstr("signal 9")));
  const Outcome again = run("out");
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.out, HasSubstr("1 of 2 runs are finished already"));
  EXPECT_THAT(status("out").out, HasSubstr("2 done, 0 running, 0 failed"));
}

TEST_F(StudyCommands, AFailureMayEndAllAndStatusIsThereForPrograms) {
  {
    Program program(arguments("run", "out", {"--jobs", "1", "--fail-fast"}));
    ASSERT_TRUE(program.wait_for("epoch 2/40"));
    ::kill(program.children().at(0), SIGKILL);
    const Outcome outcome = program.finish();
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("1 of 2 runs failed"), HasSubstr("1 other run stopped"),
                                   HasSubstr("the same command goes on")));
  }
  EXPECT_TRUE(finished("out").empty());
  const Outcome told = testing::run_ersatz({"status", (folder_ / "out").string(), "--json"});
  EXPECT_EQ(told.code, 0) << told.err;
  const Json status = Json::parse(told.out);
  EXPECT_EQ(status.at("study"), "tiny");
  EXPECT_EQ(status.at("runs"), 2);
  EXPECT_EQ(status.at("done"), 0);
  EXPECT_EQ(status.at("failed"), 1);
  EXPECT_EQ(status.at("missing"), 1);
  ASSERT_EQ(status.at("unfinished").size(), 2U);
  int failed = 0;
  for (const Json& run : status.at("unfinished")) {
    if (run.at("state") != "failed") continue;
    ++failed;
    EXPECT_THAT(run.at("reason").get<std::string>(), HasSubstr("signal 9"));
  }
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(run("out", {"--keep-going"}).code, 0);
}

TEST_F(StudyCommands, StatusAndASecondRunSeeTheFirst) {
  Program program(arguments("run", "out", {"--jobs", "1", "--epochs", "100000"}));
  ASSERT_TRUE(program.wait_for("epoch 1/100000"));
  EXPECT_THAT(status("out").out, AllOf(HasSubstr("0 done, 1 running, 0 failed, 1 missing of 2 runs"),
                                       HasSubstr(fmt::format("process {}: lenet-", program.process().pid()))));
  const Outcome told = testing::run_ersatz({"status", (folder_ / "out").string(), "--json"});
  EXPECT_THAT(told.out, HasSubstr(fmt::format("\"process\": {}", program.process().pid())));
  const Outcome second = run("out");
  EXPECT_EQ(second.code, 2);
  EXPECT_THAT(second.err, HasSubstr("another ersatz run is at work")) << "with other numbers of epochs: other runs";
  program.process().signal(SIGTERM);
  EXPECT_EQ(program.finish().code, 75);
  EXPECT_THAT(status("out").out, HasSubstr("0 done, 0 running, 0 failed, 2 missing of 2 runs"));
}

// Seconds of processor time that the process took.
double seconds_of(pid_t process) {
  const std::string stat = read_file(fmt::format("/proc/{}/stat", process));
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

TEST_F(StudyCommands, ASignalToAllProcessesIsOneToTheCommand) {
  // Batch systems do that. The first round would take hours: a checkpoint is there only when the worker could write it.
  Program program(arguments("run", "out", {"--steps", "900000000", "--jobs", "1"}));
  std::vector<pid_t> workers;
  while ((workers = program.children()).empty() || seconds_of(workers.front()) < 1) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  program.process().signal(SIGTERM);
  for (int i = 0; i < 50; ++i) {  // while it finishes its step and writes
    ::kill(workers.front(), SIGTERM);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_EQ(program.finish().code, 75);
  std::size_t checkpoints = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "out")) {
    checkpoints += entry.path().filename() == "checkpoint.safetensors" ? 1 : 0;
  }
  EXPECT_EQ(checkpoints, 1U);
}

TEST_F(StudyCommands, AFolderOfAnotherStudyOrOtherDataIsRefused) {
  ASSERT_EQ(run("out", {"--epochs", "2"}).code, 0);
  const std::string before = read_file(folder_ / "out/study.json");
  std::string other = kStudy;
  other.replace(other.find("tiny"), 4, "tall");
  write_file(folder_ / "tiny.toml", other);
  Outcome refused = run("out");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("belongs to the study \"tiny\""), HasSubstr("hint: ")));
  write_file(folder_ / "tiny.toml", kStudy);
  testing::write_tiny_source(folder_ / "data", {"A", 21, 6, 0});
  refused = run("out");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("other data"));
  EXPECT_EQ(read_file(folder_ / "out/study.json"), before);
}

TEST_F(StudyCommands, BadInputIsOneErrorAndLeavesNothing) {
  const auto refused = [&](const std::string& change, const std::string& into, const std::string& message,
                           const std::vector<std::string>& more = {}) {
    std::string text = kStudy;
    text.replace(text.find(change), change.size(), into);
    write_file(folder_ / "tiny.toml", text);
    const Outcome outcome = run("out", more);
    EXPECT_EQ(outcome.code, 2) << into;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("ersatz: error: "), HasSubstr(message)));
    EXPECT_EQ(outcome.err.find("ersatz: error: "), outcome.err.rfind("ersatz: error: ")) << "one error";
    EXPECT_FALSE(fs::exists(folder_ / "out")) << into;
  };
  refused("epochs = 40", "epochs = 0", "tiny.toml:7: training.epochs");
  refused("epochs = 40", "epoch = 40", "did you mean \"epochs\"?");
  refused("\"lenet\"", "\"lenin\"", "unknown classifier \"lenin\"");
  refused("{ A = \"all\" }", "{ C = \"all\" }", "train.A.sources names the source C");
  refused("{ A = \"all\" }", "{ A = 500 }", "500 training images of A");
  refused("\"data\"", "\"nowhere\"", "nowhere");
  refused("\"data\"", "\"tiny.toml\"", "tiny.toml");
  refused("tiny", "tiny", "--limit", {"--limit", "0"});
  refused("tiny", "tiny", "--seeds", {"--seeds", "1,2,1"});
  refused("tiny", "tiny", "--bogus", {"--bogus"});
  const fs::path broken = folder_ / "data/train/A/cat/003.jpg";
  const std::string whole = read_file(broken);
  write_file(broken, whole.substr(0, whole.size() / 2));
  refused("tiny", "tiny", "003.jpg");
  const Outcome tolerated = run("out", {"--skip-broken", "--epochs", "2"});
  EXPECT_EQ(tolerated.code, 0) << tolerated.err;
  EXPECT_THAT(tolerated.out, HasSubstr("1 broken image file was left out"));
}

TEST_F(StudyCommands, PlanListsRunsAndWritesNoResults) {
  const Outcome plan = testing::run_ersatz(arguments("plan", "out", {"--epochs", "2", "--seeds", "1,2"}));
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, AllOf(HasSubstr("lenet-A-s1-"), HasSubstr("lenet-B-s2-"), HasSubstr("4 runs, 0 done")));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  ASSERT_EQ(run("out", {"--epochs", "2"}).code, 0);
  EXPECT_THAT(testing::run_ersatz(arguments("plan", "out", {"--epochs", "2", "--seeds", "1,2"})).out,
              HasSubstr("4 runs, 2 done"));
}

TEST_F(StudyCommands, PlanForecastsAndRunRepeatsItWithoutMeasuring) {
  const std::vector<std::string> jobs{"--jobs", "1", "--epochs", "2"};
  EXPECT_THAT(run("before", jobs).out, HasSubstr("not known on this machine yet (`ersatz plan "));
  const Outcome plan = testing::run_ersatz(arguments("plan", "out", jobs));
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_EQ(plan.err, "");
  EXPECT_THAT(plan.out, AllOf(HasSubstr("missing  about "), HasSubstr("time: about "), HasSubstr(", 1 run at a time"),
                              HasSubstr("memory of a run: lenet "), HasSubstr("images: ")));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  const std::string known = read_file(folder_ / "cache/calibration.json");
  EXPECT_EQ(testing::run_ersatz(arguments("plan", "out", jobs)).out, plan.out) << "measured once";
  EXPECT_EQ(read_file(folder_ / "cache/calibration.json"), known);
  EXPECT_THAT(run("out", jobs).out, HasSubstr("  time           about "));
  EXPECT_THAT(testing::run_ersatz(arguments("plan", "out", jobs)).out,
              AllOf(HasSubstr("2 runs, 2 done"), Not(HasSubstr("time: "))));
  EXPECT_THAT(run("out", jobs).out, Not(HasSubstr("  time  ")));

  write_file(folder_ / "cache/calibration.json", known.substr(0, known.size() / 2));
  EXPECT_EQ(run("again", jobs).code, 0);
  EXPECT_THAT(testing::run_ersatz(arguments("plan", "more", jobs)).out, HasSubstr("time: about "));
}

TEST_F(StudyCommands, PlanLearnsFromOtherSeedsWhenRunsStop) {
  std::string text = kStudy;
  text.replace(text.find("patience = 0"), 12, "patience = 1");
  write_file(folder_ / "tiny.toml", text);
  EXPECT_THAT(testing::run_ersatz(arguments("plan", "out")).out,
              AllOf(HasSubstr("time: at most "), HasSubstr("early stopping")));
  ASSERT_EQ(run("out").code, 0);
  const std::vector<std::string> seeds{"--seeds", "2,3"};
  EXPECT_THAT(testing::run_ersatz(arguments("plan", "elsewhere", seeds)).out, HasSubstr("time: about "))
      << "also in another folder";
  const Outcome bare = testing::run_ersatz(arguments("plan", "out", {"--no-forecast", "--seeds", "1,2"}));
  EXPECT_THAT(bare.out, AllOf(HasSubstr("4 runs, 2 done"), Not(HasSubstr("time"))));
}

TEST_F(StudyCommands, AChangedStudyAddsRunsToItsFolder) {
  ASSERT_EQ(run("out", {"--epochs", "2"}).code, 0);
  const Outcome more = run("out", {"--epochs", "2", "--seeds", "1,2"});
  EXPECT_EQ(more.code, 0);
  EXPECT_THAT(more.out, HasSubstr("2 of 4 runs are finished already"));
  EXPECT_EQ(finished("out").size(), 4U);
  EXPECT_EQ(run("out", {"--epochs", "2", "--limit", "3"}).code, 0);
  EXPECT_EQ(finished("out").size(), 2U) << "a limited run is another run";
  EXPECT_THAT(status("out").out, HasSubstr("4 more finished runs"));
}

TEST_F(StudyCommands, TestImagesThatAnotherSourceTrainsOnAreSaidFirstAndLastAndInTables) {
  const fs::path test = folder_ / "data" / "test" / "A", train = folder_ / "data" / "train" / "B";
  const fs::path image = *std::find_if(fs::recursive_directory_iterator(test), fs::recursive_directory_iterator(),
                                       [](const auto& entry) { return entry.is_regular_file(); });
  const fs::path copy = train / fs::relative(image, test).parent_path() / ("z" + image.filename().string());
  fs::copy_file(image, copy);
  const Outcome done = run("out", {"--epochs", "1"});
  ASSERT_EQ(done.code, 0) << done.err;
  const std::string leak = "test images of A are also training images of B";
  EXPECT_LT(done.out.find(leak), done.out.find("starts"));
  EXPECT_GT(done.out.rfind(leak), done.out.find("results: "));
  EXPECT_THAT(read_file(folder_ / "out" / "tables" / "f1.md"), HasSubstr(leak));
  EXPECT_THAT(read_file(folder_ / "out" / "report.html"), HasSubstr(leak));
}

TEST_F(StudyCommands, StatusNeedsAnOutputFolder) {
  const Outcome outcome = testing::run_ersatz({"status", folder_.path().string()});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("no study.json"));
}

TEST_F(StudyCommands, WhatOneDnnIsAskedToPrintDoesNotDisturbTheWorkers) {
  ::setenv("DNNL_VERBOSE", "1", 1);
  const Outcome done = run("out", {"--epochs", "1"});
  ::unsetenv("DNNL_VERBOSE");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(finished("out").size(), 2U);
}

TEST_F(StudyCommands, UnreadableWeightsAreAnErrorBeforeAnythingIsWritten) {
  const fs::path study = folder_ / "vgg.toml";
  write_file(study,
             "[study]\nname = \"vgg\"\nclassifiers = [\"vgg16:block1\"]\n"
             "[data]\npath = \"data\"\n"
             "[train.A]\nsources = { A = \"all\" }\n");
  write_file(folder_ / "weights.h5", "not weights");
  const Outcome outcome =
      testing::run_ersatz({"run", study.string(), "--cache", (folder_ / "cache").string(), "--out",
                           (folder_ / "vgg").string(), "--weights", (folder_ / "weights.h5").string()});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("weights.h5"));
  EXPECT_FALSE(fs::exists(folder_ / "vgg"));
}

}  // namespace
}  // namespace ersatz
