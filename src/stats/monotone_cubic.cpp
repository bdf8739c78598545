#include "stats/monotone_cubic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

using Values = std::span<const double>;

void check_points(Values x, Values y) {
  if (x.size() != y.size() || x.empty()) throw Error(fmt::format("a curve of {} x and {} y", x.size(), y.size()));
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) throw Error("a curve's point is no number");
    if (i > 0 && !(x[i] > x[i - 1] && y[i] >= y[i - 1])) {
      throw Error(fmt::format("a rising curve cannot have ({}, {}) after ({}, {})", x[i], y[i], x[i - 1], y[i - 1]));
    }
  }
}

double width(Values x, std::size_t i) { return x[i + 1] - x[i]; }
double slope(Values x, Values y, std::size_t i) { return (y[i + 1] - y[i]) / width(x, i); }

// At an end: that of the parabola through the three points there, as far as it keeps the curve from falling.
double end_slope(double near, double next, double near_slope, double next_slope) {
  const double of_parabola = ((2 * near + next) * near_slope - near * next_slope) / (near + next);
  return std::max(of_parabola, 0.0);
}

double slope_at(Values x, Values y, std::size_t i) {
  const std::size_t last = x.size() - 1;
  if (last == 1) return slope(x, y, 0);
  if (i == 0) return end_slope(width(x, 0), width(x, 1), slope(x, y, 0), slope(x, y, 1));
  if (i == last) {
    return end_slope(width(x, last - 1), width(x, last - 2), slope(x, y, last - 1), slope(x, y, last - 2));
  }
  const double before = slope(x, y, i - 1), after = slope(x, y, i);
  if (before == 0 || after == 0) return 0;
  const double of_before = width(x, i - 1) + 2 * width(x, i), of_after = 2 * width(x, i - 1) + width(x, i);
  return (of_before + of_after) / (of_before / before + of_after / after);
}

// Between points `left` and `left` + 1, at the share `t` of the way (Hermite's cubic).
double between(Values x, Values y, std::size_t left, double t) {
  if (y[left] == y[left + 1]) return y[left];  // without rounding: flat stays flat
  const double h = width(x, left), u = 1 - t;
  return y[left] * (1 + 2 * t) * u * u + y[left + 1] * t * t * (3 - 2 * t) + h * slope_at(x, y, left) * t * u * u -
         h * slope_at(x, y, left + 1) * t * t * u;
}

}  // namespace

double monotone_cubic(Values x, Values y, double at) {
  check_points(x, y);
  if (!(at >= x.front() && at <= x.back())) throw Error(fmt::format("{} lies outside the curve", at));
  const auto right = static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), at) - x.begin());
  if (x[right] == at) return y[right];
  return between(x, y, right - 1, (at - x[right - 1]) / width(x, right - 1));
}

std::optional<double> inverse_of_cubic(Values x, Values y, double value) {
  check_points(x, y);
  if (!(value >= y.front() && value <= y.back())) return std::nullopt;
  const auto right = static_cast<std::size_t>(std::lower_bound(y.begin(), y.end(), value) - y.begin());
  if (y[right] == value) return x[right];
  double low = 0, high = 1;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (between(x, y, right - 1, middle) < value ? low : high) = middle;
  }
  return x[right - 1] + high * width(x, right - 1);
}

}  // namespace ersatz::stats
