#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "data/augment/augmentation.hpp"
#include "data/batch_sampler.hpp"
#include "nn/optimizer.hpp"

namespace ersatz::models {

/// Rate at step s (from 0) = learning_rate * decay_rate ^ (s / decay_steps), with a continuous exponent (Keras's
/// ExponentialDecay, staircase=False). decay_rate 1 = constant.
struct ExponentialDecay {
  double decay_rate = 0.9;
  double decay_steps = 10000;
};

/// A rate that rises linearly from `start` x learning_rate to learning_rate at the share `peak` of all steps, and then
/// falls to `end` x learning_rate.
struct Triangle {
  double start = 0.2, peak = 0.23, end = 0.07;
};

/// learning_rate, and over the last `share` of all steps linearly to 0, which it has behind the last one
/// (warmup-stable-decay without a warmup; Hagele et al. 2024, arXiv 2405.18392).
struct Cooldown {
  double share = 0.2;
};
/// Steps of `total` ones that are made before the rate begins to fall.
std::int64_t constant_steps(const Cooldown& cooldown, std::int64_t total);

using Schedule = std::variant<ExponentialDecay, Triangle, Cooldown>;

/// Passes over all training images. Training stops early when the validation accuracy has not improved for `patience`
/// epochs in a row (0: never), and the best epoch's weights are the result.
struct EpochBudget {
  int epochs = 20;
  int patience = 2;
};

/// Updates of the weights, however many images there are. Nothing stops early; the last weights are the result.
struct StepBudget {
  std::int64_t steps = 1;
};

using Budget = std::variant<EpochBudget, StepBudget>;

/// Lookahead (Zhang et al. 2019, arXiv 1907.08610): after every `every` steps the weights become their running average,
/// which keeps most x (share of the steps made)^3 of itself; after the last step they become the average alone.
struct Averaging {
  int every = 5;
  double most = 0;
};

/// The frozen weights of the first convolution, `layer`, whiten patches of `examples` training images (whitening.hpp).
/// Its bias is trained for the share `bias_share` of the steps.
struct Whitening {
  std::string layer;
  int examples = 5000;
  double bias_share = 1;
};

/// How predictions see a test image.
enum class TestViews {
  plain,               ///< as it is
  mirrored_and_moved,  ///< as the average over mirrored and moved copies (train/test_views.hpp)
};

/// All that training needs to know besides the classifier, the images, the seed and the precision. Everything is
/// resolved: nothing is optional but the parts that a method may do without.
struct Method {
  data::BatchSize batching;  ///< what is trained at a time; a smaller batch as the mean over its own images
  Budget budget;
  nn::SgdOptions optimizer;
  Schedule schedule;
  double label_smoothing = 0;  ///< share of the target's probability that is spread evenly over all classes
  std::optional<Averaging> averaging = std::nullopt;
  std::optional<Whitening> whitening = std::nullopt;
  std::vector<data::Augmentation> augmentation = {};
  TestViews views = TestViews::plain;

  /// The budget in steps; nothing with an epoch budget.
  std::optional<std::int64_t> step_budget() const;
  /// Updates in an epoch over n images.
  std::int64_t steps_per_epoch(std::size_t n) const;
  /// Updates over n images when nothing stops early.
  std::int64_t total_steps(std::size_t n) const { return round_end(rounds(), n); }
  /// Learning rate at a step (from 0) of `total` ones.
  double rate(std::int64_t step, std::int64_t total) const;

  // Training goes on in rounds: after each one it is validated, recorded in the history and checkpointed. A round is
  // an epoch, or with a step budget a tenth of it, however many epochs that may be.

  int rounds() const;
  /// Updates made when round `round` (from 1) over n images ends; 0 for round 0.
  std::int64_t round_end(int round, std::size_t n) const;
  /// Images that a round over n images trains on, on average.
  double images_per_round(std::size_t n) const;
};

/// A way of training that a classifier brings along, because network and training were found together. It takes the
/// place of what a study says of batch, optimiser and schedule.
struct OwnMethod {
  std::string version;  ///< part of a run's identity: it changes when anything that the method does changes
  /// The method for n training images. A number of epochs other than its own may be asked for, or a step budget, which
  /// has precedence.
  Method (*resolve)(std::size_t images, std::optional<double> epochs, std::optional<std::int64_t> steps);
};

}  // namespace ersatz::models
