#include "stats/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void require_fit(const Matrix& probabilities, std::span<const std::int32_t> truth) {
  if (probabilities.rows != truth.size()) {
    throw Error(fmt::format("{} rows of probabilities for {} labels", probabilities.rows, truth.size()));
  }
  for (const std::int32_t label : truth) {
    if (label < 0 || static_cast<std::size_t>(label) >= probabilities.columns) {
      throw Error(fmt::format("label {} is none of {} classes", label, probabilities.columns));
    }
  }
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? kNaN : sum / static_cast<double>(values.size());
}

}  // namespace

double negative_log_likelihood(const Matrix& probabilities, std::span<const std::int32_t> truth) {
  require_fit(probabilities, truth);
  std::vector<double> values(truth.size());
  likelihood_values(probabilities, truth, values);
  return mean(values);
}

double brier_score(const Matrix& probabilities, std::span<const std::int32_t> truth) {
  require_fit(probabilities, truth);
  std::vector<double> values(truth.size());
  brier_values(probabilities, truth, values);
  return mean(values);
}

double top_k_accuracy(const Matrix& probabilities, std::span<const std::int32_t> truth, int k) {
  require_fit(probabilities, truth);
  std::vector<double> values(truth.size());
  top_k_values(probabilities, truth, values, k);
  return mean(values);
}

double expected_calibration_error(const Matrix& probabilities, std::span<const std::int32_t> truth, int bins) {
  require_fit(probabilities, truth);
  std::vector<double> values(truth.size());
  calibration_values(probabilities, truth, values, bins);
  return mean(values);
}

void likelihood_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out) {
  require_fit(probabilities, truth);
  constexpr double kLeast = std::numeric_limits<float>::epsilon();
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double p = probabilities.row(i)[static_cast<std::size_t>(truth[i])];
    out[i] = std::isnan(p) ? kNaN : -std::log(std::clamp(p, kLeast, 1.0));
  }
}

void brier_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out) {
  require_fit(probabilities, truth);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = probabilities.row(i);
    out[i] = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double error = static_cast<double>(row[c]) - (static_cast<std::int32_t>(c) == truth[i] ? 1 : 0);
      out[i] += error * error;
    }
  }
}

void top_k_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out, int k) {
  require_fit(probabilities, truth);
  if (k < 1) throw Error(fmt::format("the {} most probable classes are none", k));
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = probabilities.row(i);
    const auto label = static_cast<std::size_t>(truth[i]);
    std::ptrdiff_t before = 0;
    bool numbers = true;
    for (std::size_t c = 0; c < row.size(); ++c) {
      before += row[c] > row[label] || (row[c] == row[label] && c < label) ? 1 : 0;
      numbers = numbers && !std::isnan(row[c]);
    }
    out[i] = !numbers ? kNaN : before < k ? 1 : 0;
  }
}

void calibration_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out,
                        int bins) {
  require_fit(probabilities, truth);
  std::vector<double> too_right(static_cast<std::size_t>(bins));  // of each range, right - sure
  std::vector<std::size_t> range(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = probabilities.row(i);
    if (std::ranges::any_of(row, [](float p) { return std::isnan(p); })) {
      std::ranges::fill(out, kNaN);
      return;
    }
    const auto largest = std::ranges::max_element(row);
    // Ranges are open below and closed above, as the paper has them.
    const double place = std::ceil(static_cast<double>(*largest) * bins) - 1;
    range[i] = static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1.0));
    out[i] = (largest - row.begin() == truth[i] ? 1 : 0) - static_cast<double>(*largest);
    too_right[range[i]] += out[i];
  }
  for (std::size_t i = 0; i < truth.size(); ++i) out[i] = std::copysign(1.0, too_right[range[i]]) * out[i];
}

}  // namespace ersatz::stats
