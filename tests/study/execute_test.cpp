#include "study/execute.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/npy.hpp"
#include "base/random.hpp"
#include "base/stop.hpp"
#include "cluster/claim.hpp"
#include "models/backbone.hpp"
#include "nn/safetensors.hpp"
#include "study/inputs.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/plan.hpp"
#include "study/run_status.hpp"
#include "study/run_study.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"
#include "train/checkpoint.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

// One run of the NN on source A, tested on A, in the folder out/.
class ExecuteTest : public ::testing::Test {
 protected:
  ExecuteTest() {
    ersatz::testing::write_tiny_source(folder_ / "data", {"A", 20, 5, 1});
    ersatz::testing::write_tiny_source(folder_ / "data", {"B", 10, 4, 0});
    data_ = ersatz::testing::open_tiny(folder_ / "data", folder_ / "cache");
    study_.file = "s.toml";
    study_.name = "s";
    study_.classifiers = {"nn"};
    study_.training_sets = {{"A", {{"A", {}}}}};
    study_.test_on = {"A"};
    study_.asked.epochs = 4;
    study_.asked.batch = 16;
    study_.asked.patience = 0;
    hooks_.write_reports = [this](const fs::path& folder, const StudyRecord&) {
      ++reports_;
      reported_on_ = read_run_record(folder).tested_on;
    };
  }
  void TearDown() override { reset_stop_request(); }

  Session session(const std::string& out) const {
    return {study_, data_, folder_ / out, folder_ / "cache", make_plan(study_, data_, folder_ / "cache")};
  }
  PlannedRun prepare(const std::string& out) {
    const Session opened = session(out);
    const OutputFolder made(opened.out, study_record(opened), test_lists(opened));
    return opened.plan.runs.at(0);
  }
  RunRecord execute(const PlannedRun& run, const std::string& out) {
    return execute_run(run.spec, run.method, data_, folder_ / out, hooks_);
  }
  RunRecord run(const std::string& out) { return execute(prepare(out), out); }
  fs::path only_attempt(const std::string& out) const {
    for (const auto& entry : fs::recursive_directory_iterator(runs_folder(folder_ / out))) {
      if (is_attempt_folder(entry.path())) return entry.path();
    }
    return {};
  }
  static std::string bytes(const RunRecord& run, const std::string& file) { return read_file(run.folder / file); }

  ersatz::testing::ScratchFolder folder_;
  data::DataSet data_;
  Study study_;
  RunHooks hooks_;
  int reports_ = 0;
  std::vector<std::string> reported_on_;
};

TEST_F(ExecuteTest, AClassifierWithAMethodOfItsOwnTrainsAndIsTested) {
  study_.classifiers = {"convnet:0.25"};
  study_.asked.epochs.reset();
  const RunRecord usual = run("out");
  EXPECT_EQ(usual.spec.settings.steps, 10);
  const Matrix predictions = read_npy(usual.folder / "predictions-A.npy");
  for (std::size_t i = 0; i < predictions.rows; ++i) {
    const auto row = predictions.row(i);
    EXPECT_NEAR(row[0] + row[1] + row[2], 1, 1e-5);
  }
  study_.training_sets[0].augment.emplace();  // images as they are, instead of mirrored and moved
  EXPECT_TRUE(bytes(run("plain"), "model.safetensors") != bytes(usual, "model.safetensors"));
}

TEST_F(ExecuteTest, AFinishedRunHasAllItsFilesAndNoScratch) {
  const RunRecord done = run("out");
  EXPECT_EQ(done.folder, run_folder(folder_ / "out", done.spec.id()));
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(done.folder)) files.push_back(entry.path().filename());
  std::sort(files.begin(), files.end());
  EXPECT_THAT(files,
              ElementsAre("history.csv", "model.safetensors", "model_card.txt", "predictions-A.npy", "run.json"));
  const RunRecord read = read_run_record(done.folder);
  EXPECT_EQ(read.epochs_run, 4);
  EXPECT_EQ(read.training_images, 48U);
  EXPECT_EQ(read.validation_images, 12U);
  EXPECT_EQ(read.environment, current_environment());
  const Matrix predictions = read_npy(done.folder / "predictions-A.npy");
  EXPECT_EQ(predictions.rows, read_test_images(folder_ / "out", "A", data_.classes).size());
  EXPECT_EQ(predictions.columns, 3U);
  EXPECT_EQ(reports_, 1);
  EXPECT_THAT(reported_on_, ElementsAre("A"));
}

TEST_F(ExecuteTest, AStoppedRunGoesOnToTheSameBits) {
  const RunRecord whole = run("whole");
  hooks_.on_progress = [](const train::TrainProgress& progress) {
    if (progress.round == 3) request_stop();
  };
  const PlannedRun planned = prepare("parts");
  const RunSpec& spec = planned.spec;
  EXPECT_THROW(execute(planned, "parts"), Stopped);
  EXPECT_EQ(run_status(folder_ / "parts", spec.id(), spec.test_on, {}).state, RunState::interrupted);
  EXPECT_FALSE(fs::exists(run_folder(folder_ / "parts", spec.id())));
  reset_stop_request();
  std::vector<int> epochs;
  hooks_.on_progress = [&](const train::TrainProgress& progress) { epochs.push_back(progress.round); };
  const RunRecord resumed = run("parts");
  EXPECT_EQ(bytes(resumed, "model.safetensors"), bytes(whole, "model.safetensors"));
  EXPECT_EQ(bytes(resumed, "predictions-A.npy"), bytes(whole, "predictions-A.npy"));
  EXPECT_EQ(resumed.epochs_run, whole.epochs_run);
  ASSERT_FALSE(epochs.empty());
  EXPECT_GE(epochs.front(), 2) << "epoch 1 was on disk";
  EXPECT_FALSE(fs::exists(partial_folder(folder_ / "parts", spec.id())));
}

// A machine that slept wakes up when another has taken over its run.
TEST_F(ExecuteTest, OfTwoAtTheSameRunOneFinishesItAndTheOtherHarmsNothing) {
  const RunRecord alone = run("alone");
  for (const bool holds_claim : {true, false}) {
    const std::string out = holds_claim ? "claimed" : "free";
    const PlannedRun planned = prepare(out);
    const fs::path partial = partial_folder(folder_ / out, planned.id);
    make_folder(partial);
    std::optional<cluster::Claim> claim;
    if (holds_claim) claim = cluster::Claim::take(claim_file(partial));
    std::optional<RunRecord> other;
    hooks_.on_testing = [&](const std::string&) {
      if (other) return;
      other.emplace();
      other = execute(planned, out);
    };
    EXPECT_THROW(execute(planned, out), Error) << "what it had made is deleted";
    ASSERT_TRUE(other);
    for (const char* file : {"model.safetensors", "predictions-A.npy"}) {
      EXPECT_EQ(read_file(run_folder(folder_ / out, planned.id) / file), bytes(alone, file)) << out;
    }
    EXPECT_EQ(fs::exists(partial), holds_claim);
    if (claim) claim->release();
    EXPECT_TRUE(!holds_claim || fs::is_empty(partial));
  }
}

TEST_F(ExecuteTest, AnAttemptThatSomebodyDeletedIsNotPublishedInPart) {
  const PlannedRun planned = prepare("out");
  hooks_.on_testing = [&](const std::string&) { fs::remove(model_file(only_attempt("out"))); };
  EXPECT_THROW(execute(planned, "out"), Error);
  EXPECT_FALSE(fs::exists(run_folder(folder_ / "out", planned.id)));
  hooks_.on_testing = nullptr;
  const RunRecord done = run("out");
  EXPECT_TRUE(fs::exists(model_file(done.folder)));
  EXPECT_FALSE(fs::exists(partial_folder(folder_ / "out", planned.id)));
}

TEST_F(ExecuteTest, AFinishedRunIsOnlyTestedOnWhatIsNew) {
  const RunRecord first = run("out");
  const std::string model = bytes(first, "model.safetensors"), history = bytes(first, "history.csv");
  study_.test_on = {"A", "B"};
  hooks_.on_progress = [](const train::TrainProgress&) { FAIL() << "trained again"; };
  std::vector<std::string> tested;
  hooks_.on_testing = [&](const std::string& source) { tested.push_back(source); };
  const RunRecord second = run("out");
  EXPECT_EQ(second.folder, first.folder) << "what it is tested on is not part of its identity";
  EXPECT_THAT(tested, ElementsAre("B"));
  EXPECT_THAT(reported_on_, ElementsAre("A", "B"));
  EXPECT_EQ(read_npy(second.folder / "predictions-B.npy").rows, 12U);
  EXPECT_EQ(bytes(second, "model.safetensors"), model);
  EXPECT_EQ(bytes(second, "history.csv"), history);
  EXPECT_FALSE(fs::exists(partial_folder(folder_ / "out", first.id())));
}

TEST_F(ExecuteTest, LaterTestsEqualEarlierOnes) {
  study_.test_on = {"A", "B"};
  const RunRecord together = run("together");
  study_.test_on = {"A"};
  run("later");
  study_.test_on = {"B"};
  const RunRecord later = run("later");
  EXPECT_EQ(bytes(later, "predictions-B.npy"), bytes(together, "predictions-B.npy"));
}

TEST_F(ExecuteTest, DroppedDuplicatesAreNotTested) {
  study_.asked.drop_duplicates = DropDuplicates::exact;
  const RunRecord done = run("out");
  EXPECT_EQ(read_npy(done.folder / "predictions-A.npy").rows, 12U) << "one of 5 in each of 3 classes has a copy";
  EXPECT_EQ(read_test_images(folder_ / "out", "A", data_.classes).size(), 12U);
}

TEST_F(ExecuteTest, NearCopiesAreNotTested) {
  study_.asked.drop_duplicates = DropDuplicates::near;
  const RunRecord done = run("out");
  EXPECT_EQ(read_npy(done.folder / "predictions-A.npy").rows, 12U);
  EXPECT_EQ(Json::parse(read_file(done.folder / "run.json")).at("settings").at("drop_duplicates"), "near");
  EXPECT_EQ(read_run_record(done.folder).spec.id(), done.spec.id());
}

TEST_F(ExecuteTest, ACheckpointOfAnotherMachineIsNotContinuedAndThatIsSaid) {
  const PlannedRun planned = prepare("out");
  const RunSpec& spec = planned.spec;
  hooks_.on_progress = [](const train::TrainProgress& progress) {
    if (progress.round == 2) request_stop();
  };
  EXPECT_THROW(execute(planned, "out"), Stopped);
  reset_stop_request();
  const fs::path path = checkpoint_file(partial_folder(folder_ / "out", spec.id()));
  train::Checkpoint checkpoint = train::read_checkpoint(path).value();
  checkpoint.engine = "oneDNN 1.0 on abacus";
  train::write_checkpoint(path, checkpoint);
  hooks_.on_progress = {};
  std::vector<std::string> warnings;
  hooks_.on_warning = [&](const std::string& message) { warnings.push_back(message); };
  std::vector<int> rounds;
  hooks_.on_progress = [&](const train::TrainProgress& progress) { rounds.push_back(progress.round); };
  const RunRecord done = execute(planned, "out");
  EXPECT_THAT(warnings,
              ElementsAre(::testing::AllOf(::testing::HasSubstr("abacus"), ::testing::HasSubstr("it starts anew"))));
  EXPECT_EQ(rounds.front(), 1);
  hooks_.on_progress = {};
  EXPECT_EQ(bytes(done, "model.safetensors"), bytes(run("fresh"), "model.safetensors"));
}

TEST_F(ExecuteTest, AFailureIsForgottenWhenTheRunStartsAgain) {
  const PlannedRun planned = prepare("out");
  const RunSpec& spec = planned.spec;
  write_failure(folder_ / "out", spec.id(), "why", "");
  write_file(partial_folder(folder_ / "out", spec.id()) / ".history.csv.1-2.tmp", "left by a kill");
  const RunRecord done = execute(planned, "out");
  EXPECT_EQ(run_status(folder_ / "out", spec.id(), spec.test_on, {}).state, RunState::finished);
  EXPECT_FALSE(fs::exists(done.folder / ".history.csv.1-2.tmp"));
}

// The first block alone: a backbone whose weights are small.
class BackboneRunTest : public ExecuteTest {
 protected:
  BackboneRunTest() {
    nn::NamedTensors tensors;
    for (const nn::ParameterSpec& parameter : models::backbone_parameters("vgg16:block1")) {
      Random random(1, parameter.name);
      nn::Tensor tensor{parameter.shape, std::vector<float>(nn::element_count(parameter.shape))};
      for (float& value : tensor.values) value = 0.01F * random.normal();
      tensors.emplace_back(parameter.name, std::move(tensor));
    }
    nn::write_safetensors(folder_ / "weights.safetensors", {tensors, {}});
    study_.classifiers = {"vgg16:block1"};
    study_.weights["vgg16"] = folder_ / "weights.safetensors";
    hooks_.cache = folder_ / "cache";
  }
};

TEST_F(BackboneRunTest, TrainsItsHeadOnFeaturesAndSaysWhichWeights) {
  const RunRecord record = run("out");
  EXPECT_THAT(record.weights_note, ::testing::HasSubstr("weights.safetensors"));
  EXPECT_EQ(read_run_record(record.folder).spec.id(), record.id()) << "the identity survives run.json";
  const nn::SafeTensors model = nn::read_safetensors(record.folder / "model.safetensors");
  EXPECT_EQ(nn::find_tensor(model.tensors, "fc1.weight").shape, (std::vector<std::int64_t>{128, 64}));
  EXPECT_THAT(bytes(record, "model_card.txt"),
              ::testing::AllOf(::testing::HasSubstr("Frozen"), ::testing::HasSubstr("weights.safetensors")));
  const Matrix predictions = read_npy(record.folder / "predictions-A.npy");
  EXPECT_EQ(predictions.rows, 15U);
}

TEST_F(BackboneRunTest, FeaturesPreparedBeforehandGiveTheSameRun) {
  const RunRecord alone = run("alone");
  fs::remove_all(folder_ / "cache" / "features");
  const Session opened = session("prepared");
  std::size_t last = 0, expected = 0;
  prepare_features(opened, {0}, [&](std::size_t done, std::size_t total) {
    last = done;
    expected = total;
  });
  EXPECT_EQ(last, 60U + 15U);
  EXPECT_EQ(expected, last);
  prepare_features(opened, {0}, [&](std::size_t, std::size_t) { FAIL() << "computed again"; });
  fs::remove(folder_ / "weights.safetensors");  // no longer needed
  hooks_.write_reports = {};
  const OutputFolder made(opened.out, study_record(opened), test_lists(opened));
  const RunRecord prepared = execute(opened.plan.runs[0], "prepared");
  EXPECT_EQ(bytes(prepared, "model.safetensors"), bytes(alone, "model.safetensors"));
  EXPECT_EQ(bytes(prepared, "predictions-A.npy"), bytes(alone, "predictions-A.npy"));
}

}  // namespace
}  // namespace ersatz::study
