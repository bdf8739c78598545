// A run that is stopped or killed within a round ends as one that never was.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>

#include "base/error.hpp"
#include "nn/has_precision.hpp"
#include "train/checkpoint.hpp"
#include "train/pattern_training.hpp"
#include "train/stopping_source.hpp"

namespace ersatz::train {
namespace {

class Resume : public Trainer {
 protected:
  // Stops after each of these numbers of training steps, one after the other, and then goes on to the end.
  void expect_same_after_stops(const models::Method& method, std::initializer_list<int> stops) {
    const TrainResult expected = run(method, "whole");
    for (const int fills : stops) {
      const StoppingSource stopping(training_, fills);
      EXPECT_THROW(run_on(stopping, validation_, method, "stopped"), Stopped);
      reset_stop_request();
      const Checkpoint kept = read_checkpoint(checkpoint("stopped")).value();
      steps_ += fills;
      EXPECT_EQ(kept.steps, steps_) << "a step was lost";
    }
    expect_same(run(method, "stopped"), expected);
  }

  std::int64_t steps_ = 0;
};

// 100 images are 7 batches of 16.
TEST_F(Resume, AfterStopsWithinRounds) {
  for (const nn::Precision precision : {nn::Precision::f32, nn::Precision::bf16}) {
    if (!nn::testing::has_precision(precision)) continue;
    SCOPED_TRACE(nn::precision_name(precision));
    precision_ = precision;
    steps_ = 0;
    std::filesystem::remove(checkpoint("whole"));
    std::filesystem::remove(checkpoint("stopped"));
    expect_same_after_stops(epochs(4, 2), {3, 2, 5, 1, 1, 4});
  }
}

TEST_F(Resume, AfterStopsWithinABudgetOfSteps) { expect_same_after_stops(steps(37), {1, 1, 4, 11}); }

// The last step of a round, and then the validation is stopped.
TEST_F(Resume, AfterAStopBeforeTheValidation) { expect_same_after_stops(epochs(3, 2), {7, 7}); }

TEST_F(Resume, AfterAStopInTheMidstOfTheValidation) {
  const models::Method method = epochs(2, 2);
  const TrainResult expected = run(method, "whole");
  EXPECT_THROW(run_on(training_, StoppingSource(validation_, 1), method, "stopped"), Stopped);
  reset_stop_request();
  EXPECT_EQ(read_checkpoint(checkpoint("stopped"))->steps, 7);
  expect_same(run(method, "stopped"), expected);
}

/// Another source, which fails at the n-th time. Unlike a stop, that leaves only what was written before.
class FailingSource : public data::BatchSource {
 public:
  FailingSource(const data::BatchSource& source, int fills) : source_(source), left_(fills) {}
  std::array<int, 3> shape() const override { return source_.shape(); }
  std::span<const std::int32_t> labels() const override { return source_.labels(); }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override {
    if (--left_ == 0) throw std::runtime_error("killed");
    source_.fill(indices, epoch, out);
  }

 private:
  const data::BatchSource& source_;
  mutable int left_;
};

TEST_F(Resume, FromWhatWasWrittenEverySoOftenWithinARound) {
  const models::Method method = epochs(3, 2);
  const TrainResult expected = run(method, "whole");
  const FailingSource failing(training_, 10);
  EXPECT_THROW(train({classifier_, method, failing, validation_, seed_, precision_, std::chrono::milliseconds(0)},
                     checkpoint("kept")),
               std::runtime_error);
  const Checkpoint within = read_checkpoint(checkpoint("kept")).value();
  EXPECT_EQ(within.steps, 9);
  EXPECT_EQ(within.history.size(), 1U);
  EXPECT_EQ(within.begun.images, 32U);
  EXPECT_GT(within.begun.loss, 0);
  expect_same(run(method, "kept"), expected);
}

// A disk that does not answer now may do so next time.
TEST_F(Resume, NotFromOneThatCannotBeOpenedWhichIsKept) {
  std::filesystem::create_directory(checkpoint("folder"));
  EXPECT_THROW(run(epochs(1), "folder"), Error);
  EXPECT_TRUE(std::filesystem::exists(checkpoint("folder")));
}

TEST_F(Resume, WithSumsThatCannotBeStartsAnew) {
  const models::Method method = epochs(2, 2);
  const TrainResult expected = run(method, "whole");
  EXPECT_THROW(run_on(StoppingSource(training_, 10), validation_, method, "good"), Stopped);
  reset_stop_request();
  const Checkpoint good = read_checkpoint(checkpoint("good")).value();
  const auto refused = [&](const std::function<void(Checkpoint&)>& change, const std::string& why) {
    Checkpoint changed = good;
    change(changed);
    write_checkpoint(checkpoint("changed"), changed);
    std::vector<std::string> warnings;
    expect_same(run(method, "changed", {{}, [&](const std::string& text) { warnings.push_back(text); }}), expected);
    EXPECT_THAT(warnings, ::testing::ElementsAre(::testing::HasSubstr(why)));
    std::filesystem::remove(checkpoint("changed"));
  };
  refused([](Checkpoint& one) { one.steps = 15; }, "has 8 steps of a round of 7");
  refused([](Checkpoint& one) { one.steps = 7; }, "has 0 steps of a round of 7");
  refused([](Checkpoint& one) { one.steps = std::numeric_limits<std::int64_t>::min(); }, "steps");
  refused([](Checkpoint& one) { one.begun.images = 49; }, "sums of a begun round");
  refused([](Checkpoint& one) { one.begun.correct = 49; }, "sums of a begun round");
  refused([](Checkpoint& one) { one.begun.loss = NAN; }, "sums of a begun round");
  refused([](Checkpoint& one) { one.begun.seconds = -1; }, "sums of a begun round");
  refused(
      [](Checkpoint& one) {
        one.history.clear();
        one.best_round = 0;
      },
      "has 10 steps of a round of 7");
}

}  // namespace
}  // namespace ersatz::train
