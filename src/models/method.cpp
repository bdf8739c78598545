#include "models/method.hpp"

#include <algorithm>
#include <cmath>

#include "base/overloaded.hpp"
#include "base/whole_number.hpp"

namespace ersatz::models {
namespace {

constexpr int kBudgetRounds = 10;  // that a step budget is divided into

// The part of the learning rate that a triangle has at a step of `steps` ones.
double triangle_at(const Triangle& triangle, std::int64_t step, std::int64_t steps) {
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  };
  const auto top = clamp_to<std::int64_t>(triangle.peak * static_cast<double>(steps));
  return step < top ? triangle.start + (1 - triangle.start) * share(step, top)
                    : 1 + (triangle.end - 1) * share(step - top, std::max<std::int64_t>(1, steps - top));
}

double cooldown_at(const Cooldown& cooldown, std::int64_t step, std::int64_t steps) {
  const std::int64_t constant = constant_steps(cooldown, steps);
  return step < constant ? 1 : static_cast<double>(steps - step) / static_cast<double>(steps - constant);
}

}  // namespace

std::int64_t constant_steps(const Cooldown& cooldown, std::int64_t total) {
  // The small addition: 0.29 * 100 is 28.999... in binary, but 29 steps are meant.
  return total - clamp_to<std::int64_t>(cooldown.share * static_cast<double>(total) + 1e-9);
}

std::optional<std::int64_t> Method::step_budget() const {
  const auto* budgeted = std::get_if<StepBudget>(&budget);
  return budgeted == nullptr ? std::nullopt : std::optional(budgeted->steps);
}

std::int64_t Method::steps_per_epoch(std::size_t n) const { return batching.per_pass(n); }

double Method::rate(std::int64_t step, std::int64_t total) const {
  return std::visit(
      Overloaded{
          [&](const ExponentialDecay& decay) {
            return optimizer.learning_rate * std::pow(decay.decay_rate, static_cast<double>(step) / decay.decay_steps);
          },
          [&](const Triangle& triangle) { return optimizer.learning_rate * triangle_at(triangle, step, total); },
          [&](const Cooldown& cooldown) { return optimizer.learning_rate * cooldown_at(cooldown, step, total); }},
      schedule);
}

int Method::rounds() const {
  return std::visit(Overloaded{[](const EpochBudget& budgeted) { return budgeted.epochs; },
                               [](const StepBudget& budgeted) {
                                 return static_cast<int>(std::min<std::int64_t>(budgeted.steps, kBudgetRounds));
                               }},
                    budget);
}

std::int64_t Method::round_end(int round, std::size_t n) const {
  const auto steps = step_budget();
  return steps ? *steps * round / rounds() : round * steps_per_epoch(n);
}

double Method::images_per_round(std::size_t n) const {
  const auto steps = step_budget();
  if (!steps || n == 0) return static_cast<double>(n);
  const double per_step =
      batching.drops_smaller_last ? batching.size : static_cast<double>(n) / static_cast<double>(steps_per_epoch(n));
  return static_cast<double>(*steps) / rounds() * per_step;
}

}  // namespace ersatz::models
