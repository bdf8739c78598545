#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <optional>

// From a double to an integer, defined for every double: what static_cast does with one that is out of range is not.

namespace ersatz {

/// Whether `value`, without its fraction, is a number of the type T.
template <std::integral T>
bool in_range_of(double value) {
  // Both ends are exact: 0 or a power of two.
  constexpr double kLeast = static_cast<double>(std::numeric_limits<T>::min());
  const double beyond = std::ldexp(1.0, std::numeric_limits<T>::digits);
  const double whole = std::trunc(value);
  return whole >= kLeast && whole < beyond;
}

/// The whole number that `value` is; nothing for a fraction, NaN, or a number that T does not have.
template <std::integral T>
std::optional<T> whole_number(double value) {
  if (!in_range_of<T>(value) || value != std::trunc(value)) return std::nullopt;
  return static_cast<T>(value);
}

/// `value` without its fraction; beyond either end of T that end, 0 for NaN. For numbers that are shown.
template <std::integral T>
T clamp_to(double value) {
  if (in_range_of<T>(value)) return static_cast<T>(value);
  if (std::isnan(value)) return 0;
  return value < 0 ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
}

}  // namespace ersatz
