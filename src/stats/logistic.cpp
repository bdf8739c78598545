#include "stats/logistic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "base/vectorised.hpp"

namespace ersatz::stats {
namespace {

constexpr std::size_t kLanes = 16;

[[gnu::always_inline]] inline double dot_loop(const float* row, const double* weights, std::size_t width) {
  const std::size_t whole = width / kLanes * kLanes;
  double lanes[kLanes] = {};
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += static_cast<double>(row[i + lane]) * weights[i + lane];
    }
  }
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  for (std::size_t i = whole; i < width; ++i) sum += static_cast<double>(row[i]) * weights[i];
  return sum;
}

[[gnu::always_inline]] inline void add_loop(const float* row, double factor, std::size_t width, double* sums) {
  for (std::size_t i = 0; i < width; ++i) sums[i] += factor * static_cast<double>(row[i]);
}

double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

/// A value for every weight, and for the intercept behind them.
using Vector = std::vector<double>;

double inner(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// The penalised sum of losses, by passes over the rows.
class Problem {
 public:
  Problem(const Matrix& rows, std::span<const std::uint32_t> chosen, std::span<const std::uint8_t> positive,
          double penalty)
      : rows_(rows), chosen_(chosen), positive_(positive), penalty_(penalty) {}

  std::size_t size() const { return rows_.columns + 1; }

  /// The log odds of the chosen rows.
  Vector odds(const Vector& at) const {
    Vector odds;
    odds.reserve(chosen_.size());
    for (const std::uint32_t r : chosen_) {
      odds.push_back(at.back() + vectorised<dot_loop>(rows_.row(r).data(), at.data(), rows_.columns));
    }
    return odds;
  }

  double loss(const Vector& at, const Vector& odds) const {
    double sum = 0;
    for (std::size_t k = 0; k < odds.size(); ++k) sum += softplus(is_positive(k) ? -odds[k] : odds[k]);
    for (std::size_t i = 0; i + 1 < at.size(); ++i) sum += penalty_ / 2 * at[i] * at[i];
    return sum;
  }

  /// The gradient; `curvatures` becomes p (1 - p) of every chosen row.
  Vector gradient(const Vector& at, const Vector& odds, Vector& curvatures) const {
    Vector sums(size()), factors;
    curvatures.clear();
    for (std::size_t k = 0; k < odds.size(); ++k) {
      const double p = 1 / (1 + std::exp(-odds[k]));
      factors.push_back(p - (is_positive(k) ? 1 : 0));
      curvatures.push_back(p * (1 - p));
    }
    add_rows(factors, sums);
    add_penalty(at, sums);
    return sums;
  }

  Vector times_hessian(const Vector& direction, const Vector& curvatures) const {
    Vector factors = odds(direction), sums(size());
    for (std::size_t k = 0; k < factors.size(); ++k) factors[k] *= curvatures[k];
    add_rows(factors, sums);
    add_penalty(direction, sums);
    return sums;
  }

 private:
  bool is_positive(std::size_t k) const { return positive_[chosen_[k]] != 0; }

  void add_rows(const Vector& factors, Vector& sums) const {
    if (stop_requested()) throw Stopped();
    for (std::size_t k = 0; k < factors.size(); ++k) {
      vectorised<add_loop>(rows_.row(chosen_[k]).data(), factors[k], rows_.columns, sums.data());
      sums.back() += factors[k];
    }
  }

  void add_penalty(const Vector& at, Vector& sums) const {
    for (std::size_t i = 0; i + 1 < at.size(); ++i) sums[i] += penalty_ * at[i];
  }

  const Matrix& rows_;
  std::span<const std::uint32_t> chosen_;
  std::span<const std::uint8_t> positive_;
  double penalty_;
};

// Solves hessian * step = -gradient until the residual is small beside the gradient.
Vector newton_step(const Problem& problem, const Vector& gradient, const Vector& curvatures) {
  constexpr double kSmall = 0.05;
  constexpr int kMostSteps = 200;
  Vector step(gradient.size()), residual(gradient.size());
  for (std::size_t i = 0; i < gradient.size(); ++i) residual[i] = -gradient[i];
  Vector direction = residual;
  double length = inner(residual, residual);
  const double wanted = kSmall * kSmall * length;
  for (int k = 0; k < kMostSteps && length > wanted; ++k) {
    const Vector image = problem.times_hessian(direction, curvatures);
    const double factor = length / inner(direction, image);
    for (std::size_t i = 0; i < step.size(); ++i) {
      step[i] += factor * direction[i];
      residual[i] -= factor * image[i];
    }
    const double next = inner(residual, residual);
    for (std::size_t i = 0; i < step.size(); ++i) direction[i] = residual[i] + next / length * direction[i];
    length = next;
  }
  return step;
}

}  // namespace

double Logistic::log_odds(std::span<const float> row) const {
  double sum = intercept;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * static_cast<double>(row[i]);
  return sum;
}

Logistic fit_logistic(const Matrix& rows, std::span<const std::uint32_t> chosen, std::span<const std::uint8_t> positive,
                      double penalty) {
  if (positive.size() != rows.rows) {
    throw Error(fmt::format("{} rows cannot have {} groups", rows.rows, positive.size()));
  }
  const auto ones = std::ranges::count_if(chosen, [&](std::uint32_t r) { return positive[r] != 0; });
  if (ones == 0 || static_cast<std::size_t>(ones) == chosen.size()) {
    throw Error("a logistic regression takes two groups");
  }
  constexpr double kDone = 1e-7;  // of the first gradient
  constexpr int kMostSteps = 50;
  const Problem problem(rows, chosen, positive, penalty);
  Vector at(problem.size());
  at.back() = std::log(static_cast<double>(ones) / static_cast<double>(chosen.size() - static_cast<std::size_t>(ones)));
  Vector odds = problem.odds(at), curvatures;
  double loss = problem.loss(at, odds), first = 0;
  for (int k = 0; k < kMostSteps; ++k) {
    const Vector gradient = problem.gradient(at, odds, curvatures);
    const double length = std::sqrt(inner(gradient, gradient));
    if (k == 0) first = length;
    if (length <= kDone * first) break;
    const Vector step = newton_step(problem, gradient, curvatures);
    const double slope = inner(gradient, step);
    double share = 1;
    bool better = false;
    for (int halved = 0; halved < 30 && !better; ++halved, share /= 2) {
      Vector tried = at;
      for (std::size_t i = 0; i < at.size(); ++i) tried[i] += share * step[i];
      Vector tried_odds = problem.odds(tried);
      const double tried_loss = problem.loss(tried, tried_odds);
      better = tried_loss < loss + 1e-4 * share * slope;
      if (better) {
        at = std::move(tried);
        odds = std::move(tried_odds);
        loss = tried_loss;
      }
    }
    if (!better) break;
  }
  Logistic fitted;
  fitted.intercept = at.back();
  at.pop_back();
  fitted.weights = std::move(at);
  return fitted;
}

Scaling scaling_of(const Matrix& rows, std::span<const std::uint32_t> chosen) {
  Scaling scaling;
  Vector squares(rows.columns);
  scaling.mean.assign(rows.columns, 0);
  const auto n = static_cast<double>(chosen.size());
  for (const std::uint32_t r : chosen)
    vectorised<add_loop>(rows.row(r).data(), 1 / n, rows.columns, scaling.mean.data());
  for (const std::uint32_t r : chosen) {
    const auto row = rows.row(r);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double distance = static_cast<double>(row[i]) - scaling.mean[i];
      squares[i] += distance * distance;
    }
  }
  for (std::size_t i = 0; i < squares.size(); ++i) {
    const double deviation = std::sqrt(squares[i] / n);
    // Below it the deviation of equal values is that of rounding.
    scaling.deviation.push_back(deviation > 1e-6 * std::max(1.0, std::abs(scaling.mean[i])) ? deviation : 0);
  }
  return scaling;
}

void scale(Matrix& rows, const Scaling& scaling) {
  for (std::size_t r = 0; r < rows.rows; ++r) {
    float* row = rows.values.data() + r * rows.columns;
    for (std::size_t i = 0; i < rows.columns; ++i) {
      const double distance = static_cast<double>(row[i]) - scaling.mean[i];
      row[i] = scaling.deviation[i] > 0 ? static_cast<float>(distance / scaling.deviation[i]) : 0.0F;
    }
  }
}

}  // namespace ersatz::stats
