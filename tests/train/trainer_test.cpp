#include "train/trainer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "base/stop.hpp"
#include "nn/precision.hpp"

namespace ersatz::train {
namespace {

/// Examples whose class shows in their mean brightness pattern, with noise.
class PatternSource : public data::BatchSource {
 public:
  PatternSource(std::size_t n, std::uint64_t seed, float noise = 0.3F) : seed_(seed), noise_(noise) {
    for (std::size_t i = 0; i < n; ++i) labels_.push_back(static_cast<std::int32_t>(i % 3));
  }
  std::array<int, 3> shape() const override { return {3, 8, 8}; }
  std::span<const std::int32_t> labels() const override { return labels_; }
  void fill(std::span<const std::uint32_t> indices, int, float* out) const override {
    for (const std::uint32_t i : indices) {
      Random random(seed_, "pattern", 0, i);
      for (int c = 0; c < 3; ++c) {
        for (int p = 0; p < 64; ++p) *out++ = (labels_[i] == c ? 0.6F : 0.4F) + noise_ * (random.uniform() - 0.5F);
      }
    }
  }

 private:
  std::uint64_t seed_;
  float noise_;
  std::vector<std::int32_t> labels_;
};

class Trainer : public ::testing::Test {
 protected:
  Trainer() {
    nn::set_thread_count(1);
    std::filesystem::create_directories(folder_);
  }
  ~Trainer() override {
    reset_stop_request();
    std::filesystem::remove_all(folder_);
  }

  static models::Classifier classifier() { return models::make_classifier("lenet", {8, 8}, 3); }
  static Regime regime(int epochs) {
    Regime regime;
    regime.epochs = epochs;
    regime.batch = 16;
    regime.sgd = {0.05, 0.9, true};
    regime.patience = 0;
    return regime;
  }
  std::filesystem::path checkpoint(const std::string& name = "checkpoint") const {
    return folder_ / (name + ".safetensors");
  }

  static void expect_same(const TrainResult& a, const TrainResult& b) {
    ASSERT_EQ(a.weights.size(), b.weights.size());
    for (std::size_t i = 0; i < a.weights.size(); ++i) {
      EXPECT_EQ(a.weights[i].second.values, b.weights[i].second.values) << a.weights[i].first;
    }
    ASSERT_EQ(a.history.size(), b.history.size());
    for (std::size_t i = 0; i < a.history.size(); ++i) {
      EXPECT_EQ(a.history[i].loss, b.history[i].loss);
      EXPECT_EQ(a.history[i].val_accuracy, b.history[i].val_accuracy);
      EXPECT_EQ(a.history[i].learning_rate, b.history[i].learning_rate);
    }
    EXPECT_EQ(a.best_epoch, b.best_epoch);
    EXPECT_EQ(a.stopped_early, b.stopped_early);
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("ersatz-trainer-" + std::to_string(::getpid()));
  const PatternSource training_{100, 1}, validation_{41, 2};  // neither is a multiple of the batch
};

TEST_F(Trainer, LearnsWhatThereIsToLearn) {
  const TrainResult result = train(classifier(), training_, validation_, regime(6), checkpoint());
  EXPECT_LT(result.history.back().loss, 0.5 * result.history.front().loss);
  EXPECT_GT(result.history.back().val_accuracy, 0.9);
  const Matrix probabilities = predict(classifier(), result.weights, validation_);
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
    Regime one = regime(2);
    one.precision = precision;
    const TrainResult first =
        train(classifier(), training_, validation_, one, checkpoint("a" + std::string(precision_name(precision))));
    const TrainResult second =
        train(classifier(), training_, validation_, one, checkpoint("b" + std::string(precision_name(precision))));
    expect_same(first, second);
    one.seed = 2;
    const TrainResult other =
        train(classifier(), training_, validation_, one, checkpoint("c" + std::string(precision_name(precision))));
    EXPECT_NE(first.weights[0].second.values, other.weights[0].second.values);
  }
}

TEST_F(Trainer, AnInterruptedRunEndsAsAnUninterruptedOne) {
  for (const int patience : {0, 2}) {
    Regime whole = regime(5);
    whole.patience = patience;
    const TrainResult expected =
        train(classifier(), training_, validation_, whole, checkpoint("whole" + std::to_string(patience)));
    const auto path = checkpoint("interrupted" + std::to_string(patience));
    // A stop in the middle of the third epoch.
    EXPECT_THROW(train(classifier(), training_, validation_, whole, path,
                       [](const TrainProgress& progress) {
                         if (progress.epoch == 2 && progress.images == progress.images_total) request_stop();
                       }),
                 Stopped);
    reset_stop_request();
    ASSERT_TRUE(std::filesystem::exists(path));
    expect_same(train(classifier(), training_, validation_, whole, path), expected);
  }
}

TEST_F(Trainer, AStepsBudgetMakesAsManyStepsWhateverTheNumberOfImages) {
  for (const std::size_t n : {10U, 100U, 700U}) {
    Regime budget = regime(0);
    budget.steps = 23;
    budget.patience = 2;  // nothing stops early
    const TrainResult result =
        train(classifier(), PatternSource(n, 1), validation_, budget, checkpoint(std::to_string(n)));
    EXPECT_EQ(result.history.size(), 10U);
    EXPECT_EQ(result.history.back().steps, 23);
    EXPECT_EQ(result.history[4].steps, 11);
    EXPECT_EQ(result.best_epoch, 10);
    EXPECT_FALSE(result.stopped_early);
    const auto epoch = static_cast<int>((n + 15) / 16);
    EXPECT_EQ(result.epochs_run, (23 + epoch - 1) / epoch);
  }
}

TEST_F(Trainer, AStepsBudgetOfWholeEpochsTrainsAsTheseEpochs) {
  Regime budget = regime(0);
  budget.steps = 3 * 7;  // 100 images are 7 batches of 16
  const TrainResult by_steps = train(classifier(), training_, validation_, budget, checkpoint("steps"));
  const TrainResult by_epochs = train(classifier(), training_, validation_, regime(3), checkpoint("epochs"));
  ASSERT_EQ(by_steps.weights.size(), by_epochs.weights.size());
  for (std::size_t i = 0; i < by_steps.weights.size(); ++i) {
    EXPECT_EQ(by_steps.weights[i].second.values, by_epochs.weights[i].second.values) << by_steps.weights[i].first;
  }
  EXPECT_EQ(by_steps.epochs_run, 3);
}

TEST_F(Trainer, AnInterruptedBudgetEndsAsAnUninterruptedOne) {
  Regime budget = regime(0);
  budget.steps = 37;
  const TrainResult expected = train(classifier(), training_, validation_, budget, checkpoint("whole"));
  const auto stop_after = [](int round) {
    return [round](const TrainProgress& progress) {
      if (progress.epoch == round && progress.images == progress.images_total) request_stop();
    };
  };
  EXPECT_THROW(train(classifier(), training_, validation_, budget, checkpoint(), stop_after(4)), Stopped);
  reset_stop_request();
  expect_same(train(classifier(), training_, validation_, budget, checkpoint()), expected);
}

TEST_F(Trainer, ACheckpointOfAnotherPrecisionIsNotMixedIn) {
  Regime half = regime(1);
  half.precision = nn::Precision::bf16;
  train(classifier(), training_, validation_, half, checkpoint());
  const TrainResult result = train(classifier(), training_, validation_, regime(2), checkpoint());
  expect_same(result, train(classifier(), training_, validation_, regime(2), checkpoint("fresh")));
}

TEST_F(Trainer, ADamagedCheckpointIsAnErrorThatNamesIt) {
  write_file(checkpoint(), "not a checkpoint");
  try {
    train(classifier(), training_, validation_, regime(1), checkpoint());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(checkpoint().string()));
  }
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
  Regime patient = regime(40);
  patient.patience = 2;
  const TrainResult result = train(classifier(), training, validation, patient, checkpoint());
  ASSERT_TRUE(result.stopped_early);
  EXPECT_EQ(static_cast<int>(result.history.size()), result.best_epoch + 2);
  for (const EpochRecord& record : result.history) {
    const double best = result.history[static_cast<std::size_t>(result.best_epoch) - 1].val_accuracy;
    EXPECT_TRUE(record.epoch < result.best_epoch ? record.val_accuracy < best : record.val_accuracy <= best);
  }
  Regime short_run = patient;
  short_run.epochs = result.best_epoch;
  short_run.patience = 0;
  const TrainResult until_best = train(classifier(), training, validation, short_run, checkpoint("until-best"));
  EXPECT_EQ(until_best.weights[0].second.values, result.weights[0].second.values);
}

TEST_F(Trainer, TrainsWithoutValidation) {
  const TrainResult result = train(classifier(), training_, PatternSource(0, 1), regime(2), checkpoint());
  EXPECT_EQ(result.best_epoch, 2);
  EXPECT_TRUE(std::isnan(result.history.back().val_accuracy));
}

TEST_F(Trainer, LabelSmoothingKeepsPredictionsFromCertainty) {
  // With smoothing s the loss is least where a class has the probability 1 - s + s / 3.
  Regime smooth = regime(20);
  smooth.label_smoothing = 0.3;
  const auto certainty = [&](const Regime& regime, const std::string& name) {
    const TrainResult result = train(classifier(), training_, validation_, regime, checkpoint(name));
    const Matrix probabilities = predict(classifier(), result.weights, training_);
    double sum = 0;
    for (std::size_t i = 0; i < probabilities.rows; ++i) sum += probabilities.row(i)[training_.labels()[i]];
    return sum / static_cast<double>(probabilities.rows);
  };
  EXPECT_GT(certainty(regime(20), "hard"), 0.97);
  EXPECT_NEAR(certainty(smooth, "smooth"), 0.8, 0.05);
}

TEST_F(Trainer, DivergenceIsAnError) {
  Regime wild = regime(3);
  wild.sgd.learning_rate = 1e300;
  EXPECT_THROW(train(classifier(), training_, validation_, wild, checkpoint()), Error);
}

TEST_F(Trainer, NothingToTrainOnIsAnError) {
  EXPECT_THROW(train(classifier(), PatternSource(0, 1), validation_, regime(1), checkpoint()), Error);
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

TEST(History, ADamagedFileIsAnErrorThatNamesIt) {
  const auto path = std::filesystem::temp_directory_path() / ("ersatz-history-" + std::to_string(::getpid()) + ".csv");
  write_file(path, "epoch,loss\n1,many\n");
  EXPECT_THROW(read_history(path), Error);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace ersatz::train
