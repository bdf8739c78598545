#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/stop.hpp"
#include "data/batch_source.hpp"
#include "models/classifier.hpp"
#include "nn/precision.hpp"
#include "train/trainer.hpp"

namespace ersatz::train {

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

/// Trains LeNet on them, in a folder of its own.
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

  static models::Method with_budget(models::Budget budget) {
    models::Method method;
    method.batching.size = 16;
    method.optimizer = {0.05, 0.9, true};
    method.budget = budget;
    return method;
  }
  static models::Method epochs(int count, int patience = 0) {
    return with_budget(models::EpochBudget{count, patience});
  }
  static models::Method steps(std::int64_t count) { return with_budget(models::StepBudget{count}); }

  TrainResult run(const models::Method& method, const std::string& name = "checkpoint",
                  const TrainEvents& events = {}) const {
    return run_on(training_, validation_, method, name, events);
  }
  TrainResult run_on(const data::BatchSource& training, const data::BatchSource& validation,
                     const models::Method& method, const std::string& name, const TrainEvents& events = {}) const {
    return train({classifier_, method, training, validation, seed_, precision_}, checkpoint(name), events);
  }
  // Asks for a stop when this round has been trained.
  static TrainEvents stop_after(int round) {
    return {[round](const TrainProgress& progress) {
              if (progress.round == round && progress.images == progress.images_total) request_stop();
            },
            {}};
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
    EXPECT_EQ(a.best_round, b.best_round);
    EXPECT_EQ(a.stopped_early, b.stopped_early);
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("ersatz-trainer-" + std::to_string(::getpid()));
  const models::Classifier classifier_ = models::make_classifier("lenet", {8, 8}, 3);
  const PatternSource training_{100, 1}, validation_{41, 2};  // neither is a multiple of the batch
  std::uint64_t seed_ = 1;
  nn::Precision precision_ = nn::Precision::f32;
};

}  // namespace ersatz::train
