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

}  // namespace

double negative_log_likelihood(const Matrix& probabilities, std::span<const std::int32_t> truth) {
  require_fit(probabilities, truth);
  if (truth.empty()) return kNaN;
  constexpr double kLeast = std::numeric_limits<float>::epsilon();
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double p = probabilities.row(i)[static_cast<std::size_t>(truth[i])];
    if (std::isnan(p)) return kNaN;
    sum -= std::log(std::clamp(p, kLeast, 1.0));
  }
  return sum / static_cast<double>(truth.size());
}

double brier_score(const Matrix& probabilities, std::span<const std::int32_t> truth) {
  require_fit(probabilities, truth);
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = probabilities.row(i);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double error = static_cast<double>(row[c]) - (static_cast<std::int32_t>(c) == truth[i] ? 1 : 0);
      sum += error * error;
    }
  }
  return truth.empty() ? kNaN : sum / static_cast<double>(truth.size());
}

double top_k_accuracy(const Matrix& probabilities, std::span<const std::int32_t> truth, int k) {
  require_fit(probabilities, truth);
  if (k < 1) throw Error(fmt::format("the {} most probable classes are none", k));
  if (truth.empty()) return kNaN;
  std::size_t found = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = probabilities.row(i);
    if (std::ranges::any_of(row, [](float p) { return std::isnan(p); })) return kNaN;
    const auto label = static_cast<std::size_t>(truth[i]);
    std::ptrdiff_t before = 0;
    for (std::size_t c = 0; c < row.size(); ++c) before += row[c] > row[label] || (row[c] == row[label] && c < label);
    if (before < k) ++found;
  }
  return static_cast<double>(found) / static_cast<double>(truth.size());
}

double expected_calibration_error(const Matrix& probabilities, std::span<const std::int32_t> truth, int bins) {
  require_fit(probabilities, truth);
  if (truth.empty()) return kNaN;
  struct Bin {
    double sure = 0, right = 0;
  };
  std::vector<Bin> all(static_cast<std::size_t>(bins));
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = probabilities.row(i);
    const auto largest = std::ranges::max_element(row);
    if (std::ranges::any_of(row, [](float p) { return std::isnan(p); })) return kNaN;
    // Ranges are open below and closed above, as the paper has them.
    const double place = std::ceil(static_cast<double>(*largest) * bins) - 1;
    Bin& bin = all[static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1.0))];
    bin.sure += static_cast<double>(*largest);
    bin.right += largest - row.begin() == truth[i] ? 1 : 0;
  }
  double error = 0;
  for (const Bin& bin : all) error += std::abs(bin.right - bin.sure);
  return error / static_cast<double>(truth.size());
}

}  // namespace ersatz::stats
