// Training whose steps take their examples as a sampler says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "data/phased_batches.hpp"
#include "train/checkpoint.hpp"
#include "train/pattern_training.hpp"
#include "train/stopping_source.hpp"

namespace ersatz::train {
namespace {

using data::PhasedBatches;
using data::Ramp;
using data::SampledGroup;
using data::SampledPhase;

std::vector<std::uint32_t> numbers(std::uint32_t first, std::uint32_t end) {
  std::vector<std::uint32_t> result(end - first);
  std::iota(result.begin(), result.end(), first);
  return result;
}

/// 100 examples, of which 30 are of the source A.
class UseOfImages : public Trainer {
 protected:
  static SampledPhase phase(std::int64_t steps, bool drawn = false, Ramp share = {0.5, 0.5}, Ramp weight = {}) {
    SampledPhase result;
    result.groups = {{"A", numbers(0, 30), share, {}},
                     {"B", numbers(30, 100), {1 - share.first, 1 - share.last}, weight}};
    result.drawn = drawn;
    result.steps = steps;
    return result;
  }

  TrainResult run_with(const std::vector<SampledPhase>& phases, const models::Method& method, const std::string& name) {
    return run_with_on(training_, phases, method, name);
  }
  TrainResult run_with_on(const data::BatchSource& training, const std::vector<SampledPhase>& phases,
                          const models::Method& method, const std::string& name) {
    PhasedBatches sampler(phases, seed_, method.batching);
    TrainingTask task{classifier_, method, training, validation_, seed_, precision_};
    task.sampler = &sampler;
    return train(task, checkpoint(name));
  }

  void expect_same_after_stops(const std::vector<SampledPhase>& phases, const models::Method& method) {
    const TrainResult expected = run_with(phases, method, "whole");
    for (const int fills : {3, 9, 14}) {
      const StoppingSource stopping(training_, fills);
      EXPECT_THROW(run_with_on(stopping, phases, method, "stopped"), Stopped);
      reset_stop_request();
    }
    ASSERT_TRUE(read_checkpoint(checkpoint("stopped")).has_value());
    expect_same(run_with(phases, method, "stopped"), expected);
  }
};

TEST_F(UseOfImages, OnePhaseOfAllIsTrainingAsUsualBitForBit) {
  expect_same(run_with({phase(37)}, steps(37), "phase"), run(steps(37), "usual"));
  expect_same(run_with({phase(21)}, epochs(3, 2), "epochs-phase"), run(epochs(3, 2), "epochs"));
}

TEST_F(UseOfImages, TwoPhasesOfTheSameImagesAreOneBitForBit) {
  expect_same(run_with({phase(13), phase(24)}, steps(37), "phases"), run(steps(37), "usual"));
}

TEST_F(UseOfImages, WeightsOfOneChangeNoBit) {
  // A weight that is 1 at every step and still goes through the weighted loss: B's is 1, A's goes from 1 to 1.
  SampledPhase weighted = phase(37, false, {0.5, 0.5}, {1, 1});
  weighted.groups[0].weight = {1, 1.0000000000000002};
  expect_same(run_with({weighted}, steps(37), "weighted"), run(steps(37), "usual"));
}

TEST_F(UseOfImages, AWeightChangesWhatIsLearned) {
  const TrainResult usual = run(steps(37), "usual");
  const TrainResult weighted = run_with({phase(37, false, {0.5, 0.5}, {0.3, 0.3})}, steps(37), "weighted");
  EXPECT_NE(weighted.weights[0].second.values, usual.weights[0].second.values);
}

/// B's examples are noise, and labels of them count for nothing.
class NoiseInB : public data::BatchSource {
 public:
  NoiseInB(const data::BatchSource& source, std::uint64_t seed) : source_(source), seed_(seed) {}
  std::array<int, 3> shape() const override { return source_.shape(); }
  std::span<const std::int32_t> labels() const override { return source_.labels(); }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override {
    source_.fill(indices, epoch, out);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (indices[i] < 30) continue;
      Random random(seed_, "noise", static_cast<std::uint32_t>(epoch), indices[i]);
      for (std::size_t k = 0; k < 192; ++k) out[i * 192 + k] = random.uniform();
    }
  }

 private:
  const data::BatchSource& source_;
  std::uint64_t seed_;
};

TEST_F(UseOfImages, WhatASourceOfWeightZeroHoldsIsOfNoAccount) {
  const SampledPhase without = phase(20, false, {0.5, 0.5}, {0, 0});
  const TrainResult one = run_with_on(NoiseInB(training_, 1), {without}, steps(20), "one");
  const TrainResult other = run_with_on(NoiseInB(training_, 2), {without}, steps(20), "other");
  for (std::size_t i = 0; i < one.weights.size(); ++i) {
    EXPECT_EQ(one.weights[i].second.values, other.weights[i].second.values) << one.weights[i].first;
  }
}

TEST_F(UseOfImages, StoppedOnesEndAsOthers) {
  expect_same_after_stops({phase(37, true, {0.1, 0.9}, {1, 0})}, steps(37));
}

TEST_F(UseOfImages, StoppedEpochsOfDrawnBatchesEndAsOthers) {
  expect_same_after_stops({phase(28, true, {0.3, 0.3})}, epochs(4));
}

TEST_F(UseOfImages, StoppedPhasesEndAsOthers) {
  SampledPhase first = phase(15), second = phase(22, true);
  first.groups.erase(first.groups.begin());
  expect_same_after_stops({first, second}, steps(37));
}

/// Remembers what it was asked for.
class WatchedSource : public data::BatchSource {
 public:
  explicit WatchedSource(const data::BatchSource& source) : source_(source) {}
  std::array<int, 3> shape() const override { return source_.shape(); }
  std::span<const std::int32_t> labels() const override { return source_.labels(); }
  void fill(std::span<const std::uint32_t> indices, int epoch, float* out) const override {
    for (const std::uint32_t i : indices) asked_.emplace_back(i, epoch);
    source_.fill(indices, epoch, out);
  }
  const std::vector<std::pair<std::uint32_t, int>>& asked() const { return asked_; }

 private:
  const data::BatchSource& source_;
  mutable std::vector<std::pair<std::uint32_t, int>> asked_;
};

// 8 of A's 30 a step: they are seen again in the fourth step, in their second pass, and B's in their first.
TEST_F(UseOfImages, ImagesAreAskedForByThePassOfTheirSource) {
  const WatchedSource watched(training_);
  run_with_on(watched, {phase(10, true)}, steps(10), "watched");
  ASSERT_EQ(watched.asked().size(), 160U);
  std::vector<int> passes_of_a;
  for (const auto& [index, pass] : watched.asked()) {
    if (index < 30) passes_of_a.push_back(pass);
  }
  ASSERT_EQ(passes_of_a.size(), 80U);
  for (std::size_t i = 0; i < passes_of_a.size(); ++i) EXPECT_EQ(passes_of_a[i], static_cast<int>(i / 30) + 1);
}

TEST_F(UseOfImages, APhaseMayReadASourceOfItsOwn) {
  const WatchedSource first(training_), second(training_);
  std::vector<SampledPhase> phases{phase(3), phase(4)};
  phases[1].source = &second;
  run_with_on(first, phases, steps(7), "own");
  EXPECT_EQ(first.asked().size(), 48U);
  EXPECT_EQ(second.asked().size(), 3 * 16U + 4U);
}

}  // namespace
}  // namespace ersatz::train
