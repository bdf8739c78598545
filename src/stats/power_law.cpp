#include "stats/power_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

constexpr int kGrid = 256;  // points over log c

// The points with x divided by their geometric mean, so that x^(-c) stays near 1 for every c.
struct Points {
  std::vector<double> log_x, y, weights;
  double centre = 0;  // the mean of log x
};

Points checked(std::span<const double> x, std::span<const double> y, std::span<const double> weights) {
  if (x.size() != y.size() || (!weights.empty() && weights.size() != x.size())) {
    throw Error(fmt::format("fit_power_law: {} x, {} y, {} weights", x.size(), y.size(), weights.size()));
  }
  Points points;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    if (!(x[i] > 0 && weight > 0 && std::isfinite(x[i]) && std::isfinite(weight) && std::isfinite(y[i]))) {
      throw Error(fmt::format("fit_power_law: point {} is x = {}, y = {}, weight {}", i, x[i], y[i], weight));
    }
    points.log_x.push_back(std::log(x[i]));
    points.y.push_back(y[i]);
    points.weights.push_back(weight);
    points.centre += points.log_x.back() / static_cast<double>(x.size());
  }
  if (std::set<double>(x.begin(), x.end()).size() < 3) {
    throw Error("fit_power_law: three parameters need at least three different x");
  }
  for (double& value : points.log_x) value -= points.centre;
  return points;
}

// The best line y = a - b u, u = exp(-c log_x), at one exponent.
struct Line {
  double a = 0, b = 0, residual_sum = 0;
  double slope = 0;  // d residual_sum / dc, with a and b at their best
};

Line best_line(const Points& points, double c) {
  const std::size_t n = points.y.size();
  std::vector<double> u(n);
  double total = 0, mean_u = 0, mean_y = 0;
  for (std::size_t i = 0; i < n; ++i) {
    u[i] = std::exp(-c * points.log_x[i]);
    total += points.weights[i];
    mean_u += points.weights[i] * u[i];
    mean_y += points.weights[i] * points.y[i];
  }
  mean_u /= total;
  mean_y /= total;
  double uu = 0, uy = 0;
  for (std::size_t i = 0; i < n; ++i) {
    uu += points.weights[i] * (u[i] - mean_u) * (u[i] - mean_u);
    uy += points.weights[i] * (u[i] - mean_u) * (points.y[i] - mean_y);
  }
  Line line;
  line.b = -uy / uu;
  line.a = mean_y + line.b * mean_u;
  for (std::size_t i = 0; i < n; ++i) {
    const double residual = (points.y[i] - mean_y) + line.b * (u[i] - mean_u);
    line.residual_sum += points.weights[i] * residual * residual;
    line.slope -= 2 * points.weights[i] * residual * line.b * points.log_x[i] * u[i];
  }
  return line;
}

double exponent_at(int step) {
  return kLeastExponent * std::pow(kLargestExponent / kLeastExponent, static_cast<double>(step) / kGrid);
}

}  // namespace

PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y, std::span<const double> weights) {
  const Points points = checked(x, y, weights);
  int best = 0;
  double least = best_line(points, exponent_at(0)).residual_sum;
  for (int step = 1; step <= kGrid; ++step) {
    const double sum = best_line(points, exponent_at(step)).residual_sum;
    if (sum < least) {
      least = sum;
      best = step;
    }
  }
  PowerLaw law;
  law.c = exponent_at(best);
  const bool at_bound = best == 0 || best == kGrid;
  if (!at_bound) {
    double low = exponent_at(best - 1), high = exponent_at(best + 1);
    for (double c = (low + high) / 2; low < c && c < high; c = (low + high) / 2) {
      (best_line(points, c).slope < 0 ? low : high) = c;
    }
    law.c = high;
  }
  const Line line = best_line(points, law.c);
  law.a = line.a;
  law.b = line.b * std::exp(law.c * points.centre);
  law.residual_sum = line.residual_sum;
  double total = 0, mean = 0, spread = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    total += points.weights[i];
    mean += points.weights[i] * y[i];
  }
  mean /= total;
  for (std::size_t i = 0; i < y.size(); ++i) spread += points.weights[i] * (y[i] - mean) * (y[i] - mean);
  // (When all y are equal, rounding leaves a spread of 1e-34 and a b of either sign.)
  const auto [lowest, highest] = std::minmax_element(y.begin(), y.end());
  const bool flat = *lowest == *highest;
  law.r_squared = flat ? 0 : 1 - law.residual_sum / spread;
  law.degenerate = at_bound || flat || !(law.b > 0);
  return law;
}

std::optional<double> inverse(const PowerLaw& law, double y) {
  if (law.degenerate || !(y < law.a)) return std::nullopt;
  const double x = std::exp((std::log(law.b) - std::log(law.a - y)) / law.c);
  if (!(x > 0 && std::isfinite(x))) return std::nullopt;
  return x;
}

}  // namespace ersatz::stats
