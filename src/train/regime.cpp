#include "train/regime.hpp"

#include <algorithm>
#include <cmath>

namespace ersatz::train {
namespace {

constexpr int kBudgetRounds = 10;  // that a steps budget is divided into

}  // namespace

int Regime::rounds() const {
  return steps == 0 ? epochs : static_cast<int>(std::min<std::int64_t>(steps, kBudgetRounds));
}

std::int64_t Regime::steps_per_epoch(std::size_t n) const {
  const auto images = static_cast<std::int64_t>(n);
  return recipe ? std::max<std::int64_t>(1, images / batch) : (images + batch - 1) / batch;
}

std::int64_t Regime::round_end(int round, std::size_t n) const {
  return steps == 0 ? round * steps_per_epoch(n) : steps * round / rounds();
}

double Regime::images_per_round(std::size_t n) const {
  if (steps == 0 || n == 0) return static_cast<double>(n);
  const double per_step = recipe ? batch : static_cast<double>(n) / static_cast<double>(steps_per_epoch(n));
  return static_cast<double>(steps) / rounds() * per_step;
}

double Regime::rate(std::int64_t step) const {
  return recipe ? recipe->schedule.rate(sgd.learning_rate, step, steps) : schedule.rate(sgd.learning_rate, step);
}

Regime regime_of(const models::Recipe& recipe, int batch, std::int64_t steps) {
  // With momentum every gradient counts 1 + 1 / (1 - momentum) times in the long run, the first time in Nesterov's
  // look ahead. The recipe's rate is that of the sum over 1024 examples with this factor taken out; the loss here is a
  // mean, so the rate of a step grows with its batch. Decay is relative to the rate, as torch.optim.SGD has it.
  constexpr double kExamples = 1024;
  const double counted = 1 + 1 / (1 - recipe.momentum);
  Regime regime;
  regime.epochs = regime.patience = 0;
  regime.steps = steps;
  regime.batch = batch;
  regime.sgd = {recipe.rate / counted * batch / kExamples, recipe.momentum, true, recipe.decay / recipe.rate,
                recipe.norm_bias_factor};
  regime.label_smoothing = recipe.label_smoothing;
  regime.recipe = recipe;
  return regime;
}

Regime follow_recipe(const models::Recipe& recipe, std::size_t n, std::optional<double> epochs, std::int64_t steps) {
  const int batch = static_cast<int>(std::clamp<std::size_t>(n, 1, static_cast<std::size_t>(recipe.batch)));
  Regime regime = regime_of(recipe, batch, 1);
  const double wanted = epochs.value_or(recipe.epochs) * static_cast<double>(regime.steps_per_epoch(n));
  regime.steps = steps > 0 ? steps : static_cast<std::int64_t>(std::ceil(wanted));
  return regime;
}

}  // namespace ersatz::train
