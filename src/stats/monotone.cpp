#include "stats/monotone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

void check_finite(std::span<const double> values, const char* what) {
  for (const double value : values) {
    if (!std::isfinite(value)) throw Error(fmt::format("{}: {} is no number to fit", what, value));
  }
}

void check_line(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size() || x.empty()) throw Error(fmt::format("a line of {} x and {} y", x.size(), y.size()));
  check_finite(x, "a line's x");
  check_finite(y, "a line's y");
  for (std::size_t i = 1; i < x.size(); ++i) {
    if (!(x[i] > x[i - 1])) throw Error(fmt::format("a line's x do not increase: {} after {}", x[i], x[i - 1]));
  }
}

// From (x0, y0) to (x1, y1), at `at`; both ends are met exactly.
double between(double x0, double y0, double x1, double y1, double at) {
  const double share = (at - x0) / (x1 - x0);
  return share <= 0.5 ? y0 + share * (y1 - y0) : y1 - (x1 - at) / (x1 - x0) * (y1 - y0);
}

}  // namespace

std::vector<double> isotonic_regression(std::span<const double> values, std::span<const double> weights) {
  const std::size_t n = values.size();
  if (!weights.empty() && weights.size() != n) {
    throw Error(fmt::format("isotonic_regression: {} values, {} weights", n, weights.size()));
  }
  check_finite(values, "isotonic_regression");
  struct Block {
    double mean, weight;
    std::size_t count;
  };
  std::vector<Block> blocks;  // their means never decrease
  for (std::size_t i = 0; i < n; ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    if (!(weight > 0 && std::isfinite(weight))) {
      throw Error(fmt::format("isotonic_regression: weight {} of value {} is not positive", weight, i));
    }
    Block block{values[i], weight, 1};
    while (!blocks.empty() && blocks.back().mean > block.mean) {
      const Block& last = blocks.back();
      const double total = last.weight + block.weight;
      block = {(last.mean * last.weight + block.mean * block.weight) / total, total, last.count + block.count};
      blocks.pop_back();
    }
    blocks.push_back(block);
  }
  std::vector<double> fitted;
  fitted.reserve(n);
  for (const Block& block : blocks) fitted.insert(fitted.end(), block.count, block.mean);
  return fitted;
}

std::optional<double> inverse(std::span<const double> x, std::span<const double> y, double value) {
  check_line(x, y);
  for (std::size_t i = 1; i < y.size(); ++i) {
    if (y[i] < y[i - 1]) throw Error(fmt::format("inverse: y decreases: {} after {}", y[i], y[i - 1]));
  }
  if (!(value >= y.front() && value <= y.back())) return std::nullopt;
  // The first point that reaches the value: on a level stretch its left end.
  const auto right = static_cast<std::size_t>(std::lower_bound(y.begin(), y.end(), value) - y.begin());
  if (y[right] == value) return x[right];
  return between(y[right - 1], x[right - 1], y[right], x[right], value);
}

}  // namespace ersatz::stats
