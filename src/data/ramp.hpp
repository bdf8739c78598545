#pragma once

#include <cstdint>

namespace ersatz::data {

/// A number that goes linearly from `first` at the first step of a training to `last` at its last.
struct Ramp {
  double first = 1, last = 1;

  bool constant() const { return first == last; }
  /// At a step (from 0) of `steps` ones.
  double at(std::int64_t step, std::int64_t steps) const { return first + slope(steps) * static_cast<double>(step); }
  /// Summed over the steps before `step`.
  double sum(std::int64_t step, std::int64_t steps) const {
    const auto n = static_cast<double>(step);
    return first * n + slope(steps) * n * (n - 1) / 2;
  }
  bool operator==(const Ramp&) const = default;

 private:
  double slope(std::int64_t steps) const {
    return steps < 2 || constant() ? 0 : (last - first) / static_cast<double>(steps - 1);
  }
};

}  // namespace ersatz::data
