// Checkpoints that no training can have written.

#include "train/checkpoint.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "base/files.hpp"
#include "nn/safetensors.hpp"
#include "train/pattern_training.hpp"

namespace ersatz::train {
namespace {

class DamagedCheckpoint : public Trainer {
 protected:
  // Trains from what lies under checkpoint(): as without it, with one warning that names the file.
  void expect_anew(const std::string& reason) {
    SCOPED_TRACE(reason);
    std::vector<std::string> warnings;
    int first = 0;
    const TrainEvents listening{[&](const TrainProgress& progress) { first = first == 0 ? progress.round : first; },
                                [&](const std::string& message) {
                                  warnings.push_back(message);
                                  EXPECT_FALSE(std::filesystem::exists(checkpoint())) << "not tried again";
                                }};
    expect_same(run(method_, "checkpoint", listening), fresh_);
    EXPECT_EQ(first, 1);
    EXPECT_THAT(warnings, ::testing::ElementsAre(::testing::AllOf(
                              ::testing::HasSubstr("its checkpoint is damaged and deleted: " + checkpoint().string()),
                              ::testing::HasSubstr(reason), ::testing::HasSubstr(": it starts anew"))));
  }
  // The same with a checkpoint of two rounds that was changed.
  void expect_anew_with(const std::function<void(Checkpoint&)>& change, const std::string& reason) {
    Checkpoint changed = two_rounds_;
    change(changed);
    write_checkpoint(checkpoint(), changed);
    expect_anew(reason);
  }

  static constexpr int kPatience = 3;
  const models::Method method_ = epochs(3, kPatience);
  const TrainResult fresh_ = run(method_, "fresh");
  const Checkpoint two_rounds_ = [this] {
    EXPECT_THROW(run(method_, "two", stop_after(2)), Stopped);
    reset_stop_request();
    return read_checkpoint(checkpoint("two")).value();
  }();
};

TEST_F(DamagedCheckpoint, ThatIsNoneIsDeletedAndTheRunStartsAnew) {
  write_file(checkpoint(), "not a checkpoint");
  expect_anew("has a header of");
  nn::write_safetensors(checkpoint(), {two_rounds_.weights, {{"steps", "14"}}});
  expect_anew("is not a checkpoint of this program");
  write_checkpoint(checkpoint(), two_rounds_);
  const std::string whole = read_file(checkpoint());
  write_file(checkpoint(), whole.substr(0, whole.size() - 5));
  expect_anew("is cut short");
}

TEST_F(DamagedCheckpoint, ThatIsWholeIsContinued) {
  write_checkpoint(checkpoint(), two_rounds_);
  std::vector<std::string> warnings;
  int first = 0;
  expect_same(run(method_, "checkpoint",
                  {[&](const TrainProgress& progress) { first = first == 0 ? progress.round : first; },
                   [&](const std::string& message) { warnings.push_back(message); }}),
              fresh_);
  EXPECT_EQ(first, 3);
  EXPECT_TRUE(warnings.empty());
}

// 100 images are 7 batches of 16.
TEST_F(DamagedCheckpoint, WithStepsOrRoundsThatCannotBeIsDeleted) {
  for (const std::int64_t steps : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{13}, std::int64_t{15},
                                   std::int64_t{21}, std::int64_t{1} << 60}) {
    expect_anew_with([&](Checkpoint& changed) { changed.steps = steps; },
                     fmt::format("has {} steps, but there are 14 after round 2", steps));
  }
  expect_anew_with([](Checkpoint& changed) { changed.history.pop_back(); },
                   "has 14 steps, but there are 7 after round 1");
  expect_anew_with([](Checkpoint& changed) { changed.history.clear(); }, "has 0 rounds, but the run has 3");
  expect_anew_with([](Checkpoint& changed) { changed.history.resize(5, changed.history[1]); },
                   "has 5 rounds, but the run has 3");
  expect_anew_with([](Checkpoint& changed) { changed.history[1].round = 1; }, "has the round 1 in row 2");
  expect_anew_with([](Checkpoint& changed) { changed.history[0].steps = 8; }, "says that round 1 had the steps 8");
  for (const int best : {-1, 0, 3, 2000000000}) {
    expect_anew_with([&](Checkpoint& changed) { changed.best_round = best; },
                     fmt::format("has the best round {}", best));
  }
  expect_anew_with([](Checkpoint& changed) { changed.best_round = 3 - changed.best_round; }, "has the best round");
}

TEST_F(DamagedCheckpoint, WithNumbersThatCannotBeIsDeleted) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN(), kInfinity = HUGE_VAL;
  for (const double seconds : {kNaN, kInfinity, -1.0}) {
    expect_anew_with([&](Checkpoint& changed) { changed.history[0].train_seconds = seconds; }, "train_seconds");
    expect_anew_with([&](Checkpoint& changed) { changed.history[1].eval_seconds = seconds; }, "eval_seconds");
  }
  for (const double share : {kInfinity, -0.1, 1.1}) {
    expect_anew_with([&](Checkpoint& changed) { changed.history[1].accuracy = share; }, "had the accuracy");
    expect_anew_with([&](Checkpoint& changed) { changed.history[1].val_accuracy = share; }, "had the val_accuracy");
  }
  expect_anew_with([&](Checkpoint& changed) { changed.history[1].val_accuracy = kNaN; }, "had the val_accuracy nan");
  expect_anew_with([&](Checkpoint& changed) { changed.history[0].loss = kNaN; }, "had the loss nan");
  expect_anew_with([&](Checkpoint& changed) { changed.history[0].learning_rate = kInfinity; }, "learning_rate inf");
}

TEST_F(DamagedCheckpoint, WithWeightsThatDoNotFitIsDeleted) {
  for (auto part : {&Checkpoint::weights, &Checkpoint::best_weights, &Checkpoint::optimizer}) {
    expect_anew_with([&](Checkpoint& changed) { (changed.*part).clear(); }, "");
    expect_anew_with([&](Checkpoint& changed) { (changed.*part)[1].second.values[0] = NAN; }, "not finite");
    expect_anew_with([&](Checkpoint& changed) { (changed.*part)[1].second = {{1}, {0}}; }, "is needed");
  }
}

}  // namespace
}  // namespace ersatz::train
