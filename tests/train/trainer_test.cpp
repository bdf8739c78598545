#include "train/trainer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "base/stop.hpp"
#include "nn/has_precision.hpp"
#include "nn/precision.hpp"
#include "train/checkpoint.hpp"
#include "train/pattern_training.hpp"
#include "train/predict.hpp"

namespace ersatz::train {
namespace {

TEST_F(Trainer, LearnsWhatThereIsToLearn) {
  const TrainResult result = run(epochs(6));
  EXPECT_LT(result.history.back().loss, 0.5 * result.history.front().loss);
  EXPECT_GT(result.history.back().val_accuracy, 0.9);
  const Matrix probabilities = predict(classifier_, models::TestViews::plain, result.weights, validation_);
  ASSERT_EQ(probabilities.rows, 41U);
  int correct = 0;
  for (std::size_t i = 0; i < probabilities.rows; ++i) {
    const auto row = probabilities.row(i);
    EXPECT_NEAR(row[0] + row[1] + row[2], 1, 1e-5);
    correct += std::max_element(row.begin(), row.end()) - row.begin() == validation_.labels()[i];
  }
  EXPECT_NEAR(correct / 41.0, result.history.back().val_accuracy, 1e-9);
}

TEST_F(Trainer, TwoRunsOfOneSeedGiveTheSameBitsAndAnotherSeedOthers) {
  for (const nn::Precision precision : {nn::Precision::f32, nn::Precision::bf16}) {
    if (!nn::testing::has_precision(precision)) continue;
    const std::string name(precision_name(precision));
    precision_ = precision;
    seed_ = 1;
    const TrainResult first = run(epochs(2), "a" + name);
    expect_same(first, run(epochs(2), "b" + name));
    seed_ = 2;
    EXPECT_NE(first.weights[0].second.values, run(epochs(2), "c" + name).weights[0].second.values);
  }
}

TEST_F(Trainer, AnInterruptedRunEndsAsAnUninterruptedOne) {
  for (const int patience : {0, 2}) {
    const models::Method method = epochs(5, patience);
    const TrainResult expected = run(method, "whole" + std::to_string(patience));
    const std::string name = "interrupted" + std::to_string(patience);
    EXPECT_THROW(run(method, name, stop_after(2)), Stopped);  // in the third epoch
    reset_stop_request();
    ASSERT_TRUE(std::filesystem::exists(checkpoint(name)));
    expect_same(run(method, name), expected);
  }
}

TEST_F(Trainer, AStepBudgetMakesAsManyStepsWhateverTheNumberOfImages) {
  for (const std::size_t n : {10U, 100U, 700U}) {
    const TrainResult result = run_on(PatternSource(n, 1), validation_, steps(23), std::to_string(n));
    EXPECT_EQ(result.history.size(), 10U);
    EXPECT_EQ(result.history.back().steps, 23);
    EXPECT_EQ(result.history[4].steps, 11);
    EXPECT_EQ(result.best_round, 10);
    EXPECT_FALSE(result.stopped_early);
    const auto epoch = static_cast<int>((n + 15) / 16);
    EXPECT_EQ(result.epochs_run, (23 + epoch - 1) / epoch);
  }
}

TEST_F(Trainer, AStepBudgetOfWholeEpochsTrainsAsTheseEpochs) {
  const TrainResult by_steps = run(steps(3 * 7), "steps");  // 100 images are 7 batches of 16
  const TrainResult by_epochs = run(epochs(3), "epochs");
  ASSERT_EQ(by_steps.weights.size(), by_epochs.weights.size());
  for (std::size_t i = 0; i < by_steps.weights.size(); ++i) {
    EXPECT_EQ(by_steps.weights[i].second.values, by_epochs.weights[i].second.values) << by_steps.weights[i].first;
  }
  EXPECT_EQ(by_steps.epochs_run, 3);
}

TEST_F(Trainer, AnInterruptedBudgetEndsAsAnUninterruptedOne) {
  const TrainResult expected = run(steps(37), "whole");
  EXPECT_THROW(run(steps(37), "parts", stop_after(4)), Stopped);
  reset_stop_request();
  expect_same(run(steps(37), "parts"), expected);
}

TEST_F(Trainer, ACheckpointOfAnotherPrecisionOrEngineIsNotMixedIn) {
  if (!nn::testing::has_precision(nn::Precision::bf16)) GTEST_SKIP() << "oneDNN has no bf16 here";
  const TrainResult fresh = run(epochs(2), "fresh");
  std::vector<std::string> warnings;
  const TrainEvents listening{{}, [&](const std::string& message) { warnings.push_back(message); }};
  precision_ = nn::Precision::bf16;
  run(epochs(1));
  precision_ = nn::Precision::f32;
  expect_same(run(epochs(2), "checkpoint", listening), fresh);
  EXPECT_THAT(warnings, ::testing::ElementsAre(::testing::AllOf(::testing::HasSubstr("was made in bf16"),
                                                                ::testing::HasSubstr("it starts anew"))));

  run(epochs(1), "foreign");
  Checkpoint foreign = *read_checkpoint(checkpoint("foreign"));
  foreign.engine = "oneDNN 1.0 on mmx";
  for (float& value : foreign.weights[0].second.values) value = 0;
  write_checkpoint(checkpoint("foreign"), foreign);
  warnings.clear();
  expect_same(run(epochs(2), "foreign", listening), fresh);
  EXPECT_THAT(warnings, ::testing::ElementsAre(::testing::HasSubstr("by oneDNN 1.0 on mmx, this is f32 by oneDNN ")));
}

TEST_F(Trainer, StopsWhenValidationNoLongerImprovesAndKeepsTheBestEpoch) {
  // Labels that mean nothing: validation accuracy soon stops rising.
  class Meaningless : public PatternSource {
   public:
    using PatternSource::PatternSource;
    std::span<const std::int32_t> labels() const override { return labels_; }
    std::vector<std::int32_t> labels_ = [] {
      Random random(9, "labels");
      std::vector<std::int32_t> labels;
      for (int i = 0; i < 90; ++i) labels.push_back(static_cast<std::int32_t>(random.below(3)));
      return labels;
    }();
  };
  const Meaningless training(90, 3), validation(90, 4);
  const TrainResult result = run_on(training, validation, epochs(40, 2), "patient");
  ASSERT_TRUE(result.stopped_early);
  EXPECT_EQ(static_cast<int>(result.history.size()), result.best_round + 2);
  for (const RoundRecord& record : result.history) {
    const double best = result.history[static_cast<std::size_t>(result.best_round) - 1].val_accuracy;
    EXPECT_TRUE(record.round < result.best_round ? record.val_accuracy < best : record.val_accuracy <= best);
  }
  const TrainResult until_best = run_on(training, validation, epochs(result.best_round), "until-best");
  EXPECT_EQ(until_best.weights[0].second.values, result.weights[0].second.values);
}

TEST_F(Trainer, TrainsWithoutValidation) {
  const TrainResult result = run_on(training_, PatternSource(0, 1), epochs(2), "checkpoint");
  EXPECT_EQ(result.best_round, 2);
  EXPECT_TRUE(std::isnan(result.history.back().val_accuracy));
}

TEST_F(Trainer, LabelSmoothingKeepsPredictionsFromCertainty) {
  // With smoothing s the loss is least where a class has the probability 1 - s + s / 3.
  models::Method smooth = epochs(20);
  smooth.label_smoothing = 0.3;
  const auto certainty = [&](const models::Method& method, const std::string& name) {
    const TrainResult result = run(method, name);
    const Matrix probabilities = predict(classifier_, models::TestViews::plain, result.weights, training_);
    double sum = 0;
    for (std::size_t i = 0; i < probabilities.rows; ++i) sum += probabilities.row(i)[training_.labels()[i]];
    return sum / static_cast<double>(probabilities.rows);
  };
  EXPECT_GT(certainty(epochs(20), "hard"), 0.97);
  EXPECT_NEAR(certainty(smooth, "smooth"), 0.8, 0.05);
}

TEST_F(Trainer, DivergenceIsAnError) {
  models::Method wild = epochs(3);
  wild.optimizer.learning_rate = 1e300;
  EXPECT_THROW(run(wild), Error);
}

TEST_F(Trainer, NothingToTrainOnIsAnError) {
  EXPECT_THROW(run_on(PatternSource(0, 1), validation_, epochs(1), "checkpoint"), Error);
}

TEST(History, ComesBackFromCsvToTheLastBit) {
  const History history{{1, 2.3025850929940455, 1.0 / 3, 0.1 + 0.2, 0.37, 0.0099, 1.25, 0.5},
                        {2, 1e-300, 1, std::nan(""), std::nan(""), 0.01, 0, 0}};
  const History read = history_from_csv(history_to_csv(history));
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].loss, history[0].loss);
  EXPECT_EQ(read[0].accuracy, history[0].accuracy);
  EXPECT_EQ(read[0].val_loss, history[0].val_loss);
  EXPECT_EQ(read[1].loss, history[1].loss);
  EXPECT_TRUE(std::isnan(read[1].val_loss));
}

TEST(History, FilesThatCallARoundAnEpochAreRead) {
  const History read = history_from_csv(
      "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,train_seconds,eval_seconds\n7,1,0.5,1,0.5,0.01,2,1\n");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].round, 7);
  EXPECT_EQ(read[0].steps, 0);
}

TEST(History, ADamagedFileIsAnErrorThatNamesIt) {
  const auto path = std::filesystem::temp_directory_path() / ("ersatz-history-" + std::to_string(::getpid()) + ".csv");
  write_file(path, "epoch,loss\n1,many\n");
  EXPECT_THROW(read_history(path), Error);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace ersatz::train
