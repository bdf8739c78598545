#include "study/output_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kData(64, 'd');

StudyRecord example_study() {
  return {"s", kData, {"cat", "dog, small"}, {"A", "B"}, true, {"run-1", "run-2"}, {"a note"}, {"A"}};
}

RunRecord example_run(const fs::path& folder) {
  RunRecord record;
  record.folder = folder;
  record.spec.classifier = "nn";
  record.spec.train_on = {"A", {{"A", {}}}};
  record.spec.data_fingerprint = kData;
  record.precision = "bf16";
  record.training_images = 80;
  record.validation_images = 20;
  record.epochs_run = 7;
  record.best_round = 5;
  record.stopped_early = true;
  record.seconds = 1.25;
  record.tested_on = {"A"};
  record.environment = {"1", "2", "3", "4", "5"};
  return record;
}

void write_finished(const fs::path& out, const std::string& id) {
  write_run_record(example_run(run_folder(out, id)));
  write_file(history_file(run_folder(out, id)), train::history_to_csv(train::History(7)));
}

std::string refusal(const fs::path& out, const std::string& name, const std::string& fingerprint) {
  try {
    check_output_folder(out, name, fingerprint);
  } catch (const Error& problem) {
    return problem.what();
  }
  return "accepted";
}

TEST(Records, ReadBackAsTheyWereWritten) {
  const testing::ScratchFolder folder;
  const StudyRecord study = example_study();
  write_study_record(folder.path(), study);
  const StudyRecord study_back = read_study_record(folder.path());
  EXPECT_EQ(study_back.name, study.name);
  EXPECT_EQ(study_back.data_fingerprint, study.data_fingerprint);
  EXPECT_EQ(study_back.classes, study.classes);
  EXPECT_EQ(study_back.sources, study.sources);
  EXPECT_TRUE(study_back.demo_data);
  EXPECT_EQ(study_back.runs, study.runs);
  EXPECT_EQ(study_back.notes, study.notes);
  EXPECT_EQ(study_back.test_on, study.test_on);

  const RunRecord run = example_run(folder / "nn-A-s1-x");
  write_run_record(run);
  const RunRecord back = read_run_record(run.folder);
  EXPECT_EQ(back.id(), "nn-A-s1-x");
  EXPECT_EQ(to_json(back.spec), [&] {
    RunSpec s = run.spec;
    s.test_on = {"A"};
    return to_json(s);
  }());
  EXPECT_EQ(back.precision, "bf16");
  EXPECT_EQ(back.training_images, 80U);
  EXPECT_EQ(back.validation_images, 20U);
  EXPECT_EQ(back.epochs_run, 7);
  EXPECT_EQ(back.best_round, 5);
  EXPECT_TRUE(back.stopped_early);
  EXPECT_EQ(back.seconds, 1.25);
  EXPECT_THAT(back.tested_on, ElementsAre("A"));
  EXPECT_EQ(back.environment, run.environment);

  const std::vector<TestImage> images{{"a \"b\", c.png", 1}, {"x.png", 0}};
  write_test_images(folder.path(), "A", images, study.classes);
  const auto images_back = read_test_images(folder.path(), "A", study.classes);
  ASSERT_EQ(images_back.size(), 2U);
  EXPECT_EQ(images_back[0].file, images[0].file);
  EXPECT_EQ(images_back[0].label, 1);
  EXPECT_THROW(read_test_images(folder.path(), "A", {"cat"}), Error) << "a class the study does not have";
}

TEST(Records, TheIdOfAPartialFolderHasNoPrefix) {
  EXPECT_EQ(example_run("/x/runs/.partial-nn-A-s1-x").id(), "nn-A-s1-x");
}

TEST(Records, BrokenFilesAreErrorsWithTheirPath) {
  const testing::ScratchFolder folder;
  write_run_record(example_run(folder / "r"));
  const Json good = read_json(folder / "r/run.json");
  for (const auto& [key, value] : good.items()) {
    if (key == "id") continue;  // the folder's name says it
    Json bad = good;
    bad.erase(key);
    write_json(folder / "r/run.json", bad);
    try {
      read_run_record(folder / "r");
      FAIL() << "accepted without " << key;
    } catch (const Error& problem) {
      EXPECT_THAT(problem.what(), HasSubstr("run.json")) << key;
    }
  }
  Json newer = good;
  newer["format"] = 2;
  write_json(folder / "r/run.json", newer);
  EXPECT_THROW(read_run_record(folder / "r"), Error);
  EXPECT_THROW(read_study_record(folder.path()), Error) << "no study.json";
}

TEST(FinishedRuns, AreThoseTheStudyAsksForInItsOrder) {
  const testing::ScratchFolder folder;
  write_study_record(folder.path(), example_study());
  make_folder(runs_folder(folder.path()));
  for (const char* id : {"run-2", "other", "run-1"}) write_finished(folder.path(), id);
  fs::create_directories(partial_folder(folder.path(), "run-3"));
  std::vector<std::string> ids;
  for (const RunRecord& run : read_finished_runs(folder.path()).runs) ids.push_back(run.id());
  EXPECT_THAT(ids, ElementsAre("run-1", "run-2"));
  EXPECT_EQ(count_other_runs(folder.path(), example_study()), 1U);
}

TEST(OutputFolder, BelongsToOneStudyAndOneDataSet) {
  const testing::ScratchFolder folder;
  const fs::path out = folder / "out";
  EXPECT_EQ(refusal(out, "s", kData), "accepted") << "it need not be there";
  { const OutputFolder made(out, example_study(), {{"A", {{"f.png", 0}}}}); }
  EXPECT_TRUE(fs::exists(out / "study.json"));
  EXPECT_TRUE(fs::exists(out / "data/A-test.csv"));
  EXPECT_EQ(refusal(out, "s", kData), "accepted");
  EXPECT_EQ(refusal(out, "s", ""), "accepted");
  EXPECT_THAT(refusal(out, "t", ""), AllOf(HasSubstr("\"s\""), HasSubstr("\"t\"")));
  EXPECT_THAT(refusal(out, "s", std::string(64, 'e')), HasSubstr("other data"));
  StudyRecord other = example_study();
  other.name = "t";
  EXPECT_THROW(OutputFolder(out, other, {}), Error);
  EXPECT_EQ(read_study_record(out).name, "s") << "and is left as it was";
}

TEST(OutputFolder, IsNoFolderOfOtherThings) {
  const testing::ScratchFolder folder;
  write_file(folder / "thesis.txt", "precious");
  EXPECT_THAT(refusal(folder.path(), "s", kData), HasSubstr("no study.json"));
  EXPECT_THAT(refusal(folder / "thesis.txt", "s", kData), HasSubstr("is a file"));
  fs::create_directories(folder / "empty");
  EXPECT_EQ(refusal(folder / "empty", "s", kData), "accepted");
  write_file(folder / "empty/.lock", "");
  EXPECT_EQ(refusal(folder / "empty", "s", kData), "accepted") << "what a killed first start leaves";
  write_file(folder / "empty/.study.json.1-0.tmp", "{");
  EXPECT_EQ(refusal(folder / "empty", "s", kData), "accepted") << "killed while it wrote study.json";
  write_file(folder / "empty/.thesis.tmp", "");
  EXPECT_THAT(refusal(folder / "empty", "s", kData), HasSubstr("no study.json"));
}

// What processes that were killed left in any folder, and what of it must stay.
class Leftovers : public ::testing::Test {
 protected:
  Leftovers() {
    { const OutputFolder made(out_, example_study(), {{"A", {{"f.png", 0}}}}); }
    write_finished(out_, "run-1");
    make_folders(partial_folder(out_, "run-2"));
    for (const char* folder : {"", "data", "tables", "figures", "runs", "runs/run-1", "runs/.partial-run-2"}) {
      write_file(out_ / folder / ".x.png.1-0.tmp", "half");
      make_folders(out_ / folder / ".figures-1");
    }
    for (const char* name : {"lock", "checkpoint.safetensors"}) {
      write_file(run_folder(out_, "run-1") / name, "");
      write_file(partial_folder(out_, "run-2") / name, "");
    }
  }
  std::size_t temporary_entries() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(out_)) {
      count += is_temporary(entry.path()) || is_drawing_folder(entry.path());
    }
    return count;
  }

  const testing::ScratchFolder folder_;
  const fs::path out_ = folder_ / "out";
};

TEST_F(Leftovers, AreRemovedByTheNextRun) {
  AtomicFile living(out_ / "tables/f1.md");
  EXPECT_EQ(temporary_entries(), 15U);
  { const OutputFolder next(out_, example_study(), {}); }
  EXPECT_EQ(temporary_entries(), 1U) << "a report that is being written at the same time keeps its file";
  EXPECT_NO_THROW(living.commit());
  EXPECT_FALSE(fs::exists(run_lock(run_folder(out_, "run-1"))));
  EXPECT_FALSE(fs::exists(checkpoint_file(run_folder(out_, "run-1"))));
  EXPECT_TRUE(fs::exists(run_file(run_folder(out_, "run-1"))));
  EXPECT_TRUE(fs::exists(checkpoint_file(partial_folder(out_, "run-2")))) << "the run goes on from it";
}

TEST_F(Leftovers, StayWhileAnotherProcessIsAtWorkInTheFolder) {
  const FileLock run = FileLock::attempt_shared(output_lock(out_));
  remove_leftovers(out_);
  { const OutputFolder next(out_, example_study(), {}); }
  EXPECT_EQ(temporary_entries(), 14U);
  EXPECT_TRUE(fs::exists(run_lock(run_folder(out_, "run-1"))));
}

TEST_F(Leftovers, AreRemovedByAReport) {
  remove_leftovers(out_);
  EXPECT_EQ(temporary_entries(), 0U);
  EXPECT_FALSE(fs::exists(run_lock(run_folder(out_, "run-1"))));
}

TEST_F(Leftovers, OfARunThatWasFinishedButNotTidiedUp) {
  const fs::path done = partial_folder(out_, "run-1");
  make_folders(done);
  write_file(checkpoint_file(done), "");
  make_attempt_folder(done);
  remove_leftovers(out_);
  EXPECT_FALSE(fs::exists(done));
  make_folders(done);
  write_failure(out_, "run-1", "a test of it failed", "");
  remove_leftovers(out_);
  EXPECT_TRUE(fs::exists(failure_file(done))) << "why it is not tested on everything";
}

TEST(OutputFolder, IsSharedByRunsOfTheSameStudy) {
  const testing::ScratchFolder folder;
  const fs::path out = folder / "out";
  std::optional<OutputFolder> first, second;
  first.emplace(out, example_study(), std::map<std::string, std::vector<TestImage>>{});
  second.emplace(out, example_study(), std::map<std::string, std::vector<TestImage>>{});
  StudyRecord changed = example_study();
  changed.runs.push_back("run-3");
  EXPECT_THROW(OutputFolder(out, changed, {}), Error);
  first.reset();
  EXPECT_THROW(OutputFolder(out, changed, {}), Error) << "the second is still at work";
  EXPECT_EQ(read_study_record(out).runs.size(), 2U);
  second.reset();
  EXPECT_NO_THROW(OutputFolder(out, changed, {}));
  EXPECT_EQ(read_study_record(out).runs.size(), 3U);
}

TEST(OutputFolder, ManyStartTogether) {
  const testing::ScratchFolder folder;
  std::vector<std::thread> threads;
  std::atomic<int> made = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      const OutputFolder out(folder / "out", example_study(), {{"A", {{"f.png", 0}}}});
      made += fs::exists(test_images_file(folder / "out", "A")) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 8);
}

TEST(PartialFolder, AttemptsAreClearedAndTheCheckpointMayStay) {
  const testing::ScratchFolder folder;
  const fs::path partial = folder / ".partial-r";
  make_folders(partial);
  const fs::path one = make_attempt_folder(partial), two = make_attempt_folder(partial);
  EXPECT_NE(one, two);
  EXPECT_EQ(fs::status(one).permissions(), fs::status(partial).permissions());
  EXPECT_TRUE(is_attempt_folder(one));
  for (const fs::path& file : {checkpoint_file(partial), claim_file(partial), failure_file(partial), one / "x"}) {
    write_file(file, "");
  }
  clear_partial(partial, RunIs::begun);
  EXPECT_TRUE(fs::exists(checkpoint_file(partial)) && fs::exists(claim_file(partial)));
  EXPECT_TRUE(fs::exists(one / "x") && fs::exists(two)) << "somebody may be about to finish one";
  EXPECT_FALSE(fs::exists(failure_file(partial)));
  clear_partial(partial, RunIs::finished);
  EXPECT_FALSE(fs::exists(one) || fs::exists(two));
  EXPECT_TRUE(fs::exists(claim_file(partial)));
  EXPECT_FALSE(fs::exists(checkpoint_file(partial)));
  fs::remove(claim_file(partial));
  clear_partial(partial, RunIs::finished);
  EXPECT_FALSE(fs::exists(partial));
}

}  // namespace
}  // namespace ersatz::study
