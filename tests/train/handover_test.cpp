// A longer training that goes on from where the cooldown of a shorter one begins ends as one from the first step.

#include "train/handover.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nn/has_precision.hpp"
#include "train/checkpoint.hpp"
#include "train/pattern_training.hpp"

namespace ersatz::train {
namespace {

class HandoverTest : public Trainer {
 protected:
  static models::Method cooling(std::int64_t count, double share = 0.2) {
    models::Method method = steps(count);
    method.schedule = models::Cooldown{share};
    return method;
  }
  TrainResult hand_over(const models::Method& shorter, const std::string& name, const models::Method& longer,
                        const std::string& to) const {
    TrainingTask task{classifier_, shorter, training_, validation_, seed_, precision_};
    task.handover = Handover{longer, checkpoint(to)};
    return train(task, checkpoint(name));
  }
  static void expect_almost_same(const TrainResult& a, const TrainResult& b) {
    ASSERT_EQ(a.history.size(), b.history.size());
    for (std::size_t i = 0; i < a.weights.size(); ++i) {
      EXPECT_EQ(a.weights[i].second.values, b.weights[i].second.values) << a.weights[i].first;
    }
    for (std::size_t i = 0; i < a.history.size(); ++i) {
      EXPECT_NEAR(a.history[i].loss, b.history[i].loss, 1e-12) << "sums of sums";
      EXPECT_EQ(a.history[i].accuracy, b.history[i].accuracy);
      EXPECT_EQ(a.history[i].val_loss, b.history[i].val_loss);
      EXPECT_EQ(a.history[i].val_accuracy, b.history[i].val_accuracy);
      EXPECT_EQ(a.history[i].learning_rate, b.history[i].learning_rate);
      EXPECT_EQ(a.history[i].steps, b.history[i].steps);
    }
    EXPECT_EQ(a.best_round, b.best_round);
    EXPECT_EQ(a.epochs_run, b.epochs_run);
  }
};

// 100 images are 7 batches, the last one of 4. 21 steps are handed over at step 17, in the midst of a round of both.
TEST_F(HandoverTest, EndsWithTheSameBits) {
  for (const nn::Precision precision : {nn::Precision::f32, nn::Precision::bf16}) {
    if (!nn::testing::has_precision(precision)) continue;
    precision_ = precision;
    for (const std::int64_t first : {20, 21, 33}) {
      SCOPED_TRACE(first);
      for (const char* name : {"a", "b", "c", "alone", "whole"}) std::filesystem::remove(checkpoint(name));
      const models::Method shortest = cooling(first), middle = cooling(4 * first), longest = cooling(16 * first);
      const TrainResult expected = run(longest, "whole");
      expect_same(hand_over(shortest, "a", middle, "b"), run(shortest, "alone"));
      const Checkpoint left = read_checkpoint(checkpoint("b")).value();
      EXPECT_EQ(left.steps, *parting_step(shortest, middle));
      EXPECT_LT(left.steps, first);
      hand_over(middle, "b", longest, "c");
      EXPECT_GT(read_checkpoint(checkpoint("c")).value().steps, first);
      expect_almost_same(run(longest, "c"), expected);
    }
  }
}

TEST_F(HandoverTest, OnlyWhereBothAreConstantThatLong) {
  EXPECT_EQ(parting_step(cooling(100), cooling(400)), 80);
  EXPECT_EQ(parting_step(cooling(100), cooling(400, 0.9)), std::nullopt) << "it cools at step 40";
  EXPECT_EQ(parting_step(cooling(100, 1), cooling(400)), std::nullopt) << "there is nothing to share";
  EXPECT_EQ(parting_step(steps(100), cooling(400)), std::nullopt) << "it decays";
  EXPECT_EQ(parting_step(cooling(100), epochs(9)), std::nullopt);
}

TEST_F(HandoverTest, OnlyWhereRoundsFit) {
  TrainEvents events;
  hand_over(cooling(50), "a", cooling(130), "b");  // its first round ends at step 13, within one of 10 to 15
  EXPECT_FALSE(std::filesystem::exists(checkpoint("b"))) << "nobody validated there";
  hand_over(cooling(50), "c", cooling(150), "d");
  EXPECT_EQ(read_checkpoint(checkpoint("d")).value().history.size(), 2U) << "at steps 15 and 30";
}

TEST_F(HandoverTest, WhatCannotBeWrittenIsAWarning) {
  const models::Method shorter = cooling(20);
  TrainingTask task{classifier_, shorter, training_, validation_, seed_, precision_};
  task.handover = Handover{cooling(80), folder_ / "no" / "folder" / "x.safetensors"};
  std::vector<std::string> warnings;
  train(task, checkpoint("a"), {{}, [&](const std::string& text) { warnings.push_back(text); }});
  EXPECT_THAT(warnings, ::testing::ElementsAre(::testing::HasSubstr("a longer run begins anew")));
}

}  // namespace
}  // namespace ersatz::train
