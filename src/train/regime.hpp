#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/recipe.hpp"
#include "nn/optimizer.hpp"
#include "nn/precision.hpp"

namespace ersatz::train {

/// How a classifier is trained. The defaults are the seed study's (docs/design.md).
///
/// Training goes on in rounds: after each one it is validated, recorded in the history and checkpointed. A round is an
/// epoch, or with a steps budget a tenth of it, however many epochs that may be.
struct Regime {
  int epochs = 20;  ///< at most; does not count with a steps budget
  std::int64_t steps =
      0;           ///< updates to make whatever the number of images, without early stopping; 0 = no such budget
  int batch = 64;  ///< the smaller last batch is trained too, as the mean over its own images
  nn::SgdOptions sgd;
  nn::Schedule schedule;
  double label_smoothing = 0;  ///< so much of the target's probability is spread over all classes, in training only
  int patience = 2;            ///< stop after so many epochs without a better validation accuracy; 0 = never
  nn::Precision precision = nn::Precision::f32;
  std::uint64_t seed = 1;
  /// What else happens, where a classifier has a recipe; `schedule` does not count then, and a smaller last batch is
  /// left out. regime_of() and follow_recipe() make such regimes.
  std::optional<models::Recipe> recipe = std::nullopt;

  int rounds() const;
  /// Updates of an epoch over n images.
  std::int64_t steps_per_epoch(std::size_t n) const;
  /// Updates made when round `round` (from 1) over n images ends; 0 for round 0.
  std::int64_t round_end(int round, std::size_t n) const;
  /// Images that a round over n images trains on, on average.
  double images_per_round(std::size_t n) const;
  /// Learning rate at a step (from 0).
  double rate(std::int64_t step) const;
};

/// The regime of a recipe with this batch and budget.
Regime regime_of(const models::Recipe& recipe, int batch, std::int64_t steps);
/// The regime of a recipe for n images. A number of epochs other than the recipe's may be asked for, or a steps budget,
/// which has precedence.
Regime follow_recipe(const models::Recipe& recipe, std::size_t n, std::optional<double> epochs = std::nullopt,
                     std::int64_t steps = 0);

}  // namespace ersatz::train
