#include "study/worker_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/stop.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using Kind = WorkerUpdate::Kind;

constexpr const char* kDone = R"(echo '{"kind":"done","epochs_run":1,"best_round":1,"val_accuracy":null,"seconds":1}')";

// The pool with shell scripts as workers: jobs are any lines, and `script` handles one in $job.
class WorkerPoolTest : public ::testing::Test {
 protected:
  void TearDown() override { reset_stop_request(); }

  void run(const std::vector<std::string>& jobs, const std::string& script, unsigned workers = 2) {
    const PoolOptions options{{"/bin/sh", "-c", "while read -r job; do " + script + "; done"}, workers, fail_fast_};
    PoolHooks hooks;
    hooks.on_offer = on_offer_;
    hooks.is_lost = is_lost_;
    hooks.on_start = [&](std::size_t job) {
      started_.push_back(job);
      most_ = std::max(most_, started_.size() - ended_);
      if (on_start_) on_start_(job);
    };
    hooks.on_update = [&](std::size_t job, const WorkerUpdate& update) {
      updates_[job].push_back(update);
      if (update.kind == Kind::done || update.kind == Kind::failed || update.kind == Kind::stopped) ++ended_;
    };
    run_jobs(jobs, options, hooks);
  }
  WorkerUpdate last(std::size_t job) { return updates_.at(job).back(); }

  ersatz::testing::ScratchFolder folder_;
  bool fail_fast_ = false;
  std::function<void(std::size_t)> on_start_;
  std::function<JobOffer(std::size_t)> on_offer_;
  std::function<bool(std::size_t, bool)> is_lost_;
  std::vector<std::size_t> started_;
  std::map<std::size_t, std::vector<WorkerUpdate>> updates_;
  std::size_t ended_ = 0, most_ = 0;
};

constexpr const char* kFailOrWait =
    R"(if [ $job = bad ]; then sleep 0.3; echo '{"kind":"failed","text":"no","hint":""}'; )"
    R"(else trap 'echo "{\"kind\":\"stopped\"}"; exit' TERM; while :; do sleep 0.05; done; fi)";

TEST_F(WorkerPoolTest, StopsTheOthersWhereAFailureShallEndIt) {
  fail_fast_ = true;
  run({"bad", "endless", "later"}, kFailOrWait);
  EXPECT_EQ(last(0).kind, Kind::failed);
  EXPECT_EQ(last(1).kind, Kind::stopped);
  EXPECT_EQ(started_.size(), 2U) << "one was begun after the failure";
  EXPECT_FALSE(stop_requested()) << "the caller goes on, to say what failed";
}

TEST_F(WorkerPoolTest, DoesEveryJobOnceInOrder) {
  run({"a", "b", "c", "d", "e"}, "echo $job >> " + (folder_ / "log").string() + "; " + kDone);
  EXPECT_THAT(started_, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(updates_, SizeIs(5));
  for (const auto& [job, updates] : updates_) EXPECT_EQ(last(job).kind, Kind::done);
  std::string log = read_file(folder_ / "log");
  std::sort(log.begin(), log.end());
  EXPECT_EQ(log, "\n\n\n\n\nabcde");
  EXPECT_LE(most_, 2U);
}

// Others are at work on the same jobs: they have done c and failed at d, and are at b for a while.
TEST_F(WorkerPoolTest, TakesWhatOthersLeave) {
  int asked = 0;
  on_offer_ = [&](std::size_t job) {
    if (job == 1 && ++asked < 5) return JobOffer::later;
    return job == 2 ? JobOffer::done : job == 3 ? JobOffer::failed : JobOffer::take;
  };
  run({"a", "b", "c", "d", "e"}, kDone, 1);
  EXPECT_THAT(started_, ElementsAre(0, 4, 1));
  EXPECT_EQ(asked, 5);
}

TEST_F(WorkerPoolTest, AFailureElsewhereEndsItWhereOneShall) {
  fail_fast_ = true;
  on_offer_ = [](std::size_t job) { return job == 0 ? JobOffer::failed : JobOffer::later; };
  run({"a", "b"}, kDone);
  EXPECT_TRUE(started_.empty());
}

TEST_F(WorkerPoolTest, AJobThatIsSomebodyElsesIsGivenUp) {
  bool lost = false;
  is_lost_ = [&](std::size_t job, bool) { return job == 0 && !lost && (lost = fs::exists(folder_ / "begun")); };
  on_offer_ = [&](std::size_t job) { return job == 0 && lost ? JobOffer::done : JobOffer::take; };
  const std::string begun = (folder_ / "begun").string();
  run({"a", "b"}, "if [ $job = a ]; then touch " + begun + "; sleep 600; fi; " + kDone, 1);
  EXPECT_EQ(last(0).kind, Kind::stopped);
  EXPECT_EQ(last(1).kind, Kind::done) << "by a new worker";
}

TEST_F(WorkerPoolTest, WhatFailsBecauseItIsSomebodyElsesHasNotFailed) {
  is_lost_ = [&](std::size_t, bool failed) { return failed; };
  bool lost = false;
  on_offer_ = [&](std::size_t) { return std::exchange(lost, true) ? JobOffer::done : JobOffer::take; };
  run({"a"}, R"(echo '{"kind":"failed","text":"no","hint":""}')");
  EXPECT_THAT(updates_[0], SizeIs(1));
  EXPECT_EQ(last(0).kind, Kind::stopped);
}

TEST_F(WorkerPoolTest, NoJobsNeedNoWorker) {
  run_jobs({}, {{"/nonexistent"}, 4}, {});
  EXPECT_TRUE(started_.empty());
}

TEST_F(WorkerPoolTest, OneWorkerTakesSeveralJobsInTurn) {
  run({"a", "b", "c"}, "echo $$ >> " + (folder_ / "pids").string() + "; " + kDone, 1);
  const std::string pids = read_file(folder_ / "pids");
  const std::string first = pids.substr(0, pids.find('\n') + 1);
  EXPECT_EQ(pids, first + first + first);
}

TEST_F(WorkerPoolTest, UpdatesArriveInOrder) {
  run({"a"}, R"(echo '{"kind":"warning","text":"w"}'; printf '{"kind":"tes'; printf 'ting","text":"REAL"}\n'; )" +
                 std::string(kDone));
  ASSERT_THAT(updates_.at(0), SizeIs(3));
  EXPECT_EQ(updates_[0][0].text, "w");
  EXPECT_EQ(updates_[0][1].kind, Kind::testing);
  EXPECT_EQ(updates_[0][1].text, "REAL");
  EXPECT_TRUE(std::isnan(updates_[0][2].val_accuracy));
}

TEST_F(WorkerPoolTest, ACrashFailsOneJobAndTheOthersGoOn) {
  run({"good", "crash", "good", "good"},
      "if [ $job = crash ]; then echo out of cheese >&2; kill -9 $$; fi; " + std::string(kDone));
  EXPECT_EQ(last(1).kind, Kind::failed);
  EXPECT_THAT(last(1).text, AllOf(HasSubstr("signal 9"), HasSubstr("out of cheese")));
  EXPECT_THAT(last(1).hint, HasSubstr("--jobs 1"));
  for (const std::size_t job : {0U, 2U, 3U}) EXPECT_EQ(last(job).kind, Kind::done);
}

TEST_F(WorkerPoolTest, AWorkerThatEndsInTheMidstHasFailed) {
  run({"a", "b"}, "exit 3", 1);
  for (const std::size_t job : {0U, 1U}) {
    EXPECT_EQ(last(job).kind, Kind::failed);
    EXPECT_THAT(last(job).text, HasSubstr("exit code 3"));
  }
  updates_.clear();
  run({"a"}, "exit 0", 1);
  EXPECT_EQ(last(0).kind, Kind::failed);
}

TEST_F(WorkerPoolTest, AReportedFailureKeepsItsWordsAndTheWorker) {
  run({"a", "b"},
      R"(if [ $job = a ]; then echo '{"kind":"failed","text":"no","hint":"try"}'; else )" + std::string(kDone) + "; fi",
      1);
  EXPECT_EQ(last(0).kind, Kind::failed);
  EXPECT_EQ(last(0).text, "no");
  EXPECT_EQ(last(0).hint, "try");
  EXPECT_EQ(last(1).kind, Kind::done);
}

TEST_F(WorkerPoolTest, GibberishIsAFailure) {
  run({"a", "b"}, "if [ $job = a ]; then echo hello; else " + std::string(kDone) + "; fi", 1);
  EXPECT_EQ(last(0).kind, Kind::failed);
  EXPECT_EQ(last(1).kind, Kind::done);
}

TEST_F(WorkerPoolTest, AStopEndsWorkersAndStartsNoMore) {
  on_start_ = [](std::size_t) { request_stop(); };
  // A worker that would never answer.
  EXPECT_THROW(run({"a", "b", "c"}, "while :; do read -r x || exec tail -f /dev/null; done", 1), Stopped);
  EXPECT_THAT(started_, ElementsAre(0));
  EXPECT_EQ(last(0).kind, Kind::stopped);
}

TEST_F(WorkerPoolTest, AWorkerThatWasToldToStopStopsTheStudy) {
  EXPECT_THROW(run({"a", "b", "c"}, R"(echo '{"kind":"stopped"}')", 1), Stopped);
  EXPECT_THAT(started_, ElementsAre(0));
}

TEST_F(WorkerPoolTest, AProgramThatIsNotThereIsAnError) {
  EXPECT_THROW(run_jobs({"a"}, {{"/nonexistent/program"}, 1}, {}), Error);
}

TEST(WorkerProtocol, LinesReadBack) {
  WorkerUpdate update;
  update.progress = {3, 20, 640, 40000, 1.5, 0.25, std::nan(""), 2105.5};
  const std::string line = to_line(update);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const WorkerUpdate back = update_from_line(line);
  EXPECT_EQ(back.kind, Kind::progress);
  EXPECT_EQ(back.progress.round, 3);
  EXPECT_EQ(back.progress.rounds, 20);
  EXPECT_EQ(back.progress.images, 640U);
  EXPECT_EQ(back.progress.images_total, 40000U);
  EXPECT_EQ(back.progress.loss, 1.5);
  EXPECT_EQ(back.progress.accuracy, 0.25);
  EXPECT_TRUE(std::isnan(back.progress.val_accuracy));
  EXPECT_EQ(back.progress.images_per_second, 2105.5);
  update.kind = Kind::failed;
  update.text = "two\nlines \"quoted\"";
  EXPECT_EQ(update_from_line(to_line(update)).text, update.text);
  EXPECT_EQ(to_line(update).find('\n'), std::string::npos);
  EXPECT_THROW(update_from_line("{}"), Error);
  EXPECT_THROW(update_from_line("{\"kind\":\"dance\"}"), Error);

  WorkerJob job;
  job.spec.classifier = "nn";
  job.data_manifest = {{"x", 1}};
  job.out = "/a b/c";
  const WorkerJob job_back = job_from_line(to_line(job));
  EXPECT_EQ(job_back.spec.id(), job.spec.id());
  EXPECT_EQ(job_back.data_manifest, job.data_manifest);
  EXPECT_EQ(job_back.out, job.out);
  EXPECT_THROW(job_from_line("nonsense"), Error);
}

TEST(WorkerProtocol, WhatNoWorkerSaysIsRefused) {
  const auto refusal = [](const std::string& line) -> std::string {
    try {
      update_from_line(line);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  const std::string before = R"({"kind":"done","epochs_run":)",
                    after = R"(,"best_round":1,"val_accuracy":null,"seconds":1})";
  EXPECT_EQ(refusal(before + "3.0" + after), "");
  for (const char* number : {"1e300", "-1e300", "3000000000", "2.5"}) {
    EXPECT_THAT(refusal(before + number + after),
                ::testing::AllOf(HasSubstr("a worker's report cannot be read: "), HasSubstr("is not a whole number")));
  }
  EXPECT_THAT(refusal(R"({"kind":"progress","round":1,"rounds":2,"images":-5})"), HasSubstr("is not a whole number"));
  EXPECT_EQ(refusal(std::string(1000, '[')), "a worker's report is JSON of more than 64 levels");
}

}  // namespace
}  // namespace ersatz::study
