// What coverage and clipped coverage are on average.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "metrics/neighbourhoods.hpp"

namespace ersatz::metrics {
namespace {

void require_k(std::size_t real, std::size_t k) {
  if (k == 0 || k >= real) {
    throw Error(fmt::format("{} nearest neighbours among {} real images", k, real), "k must be from 1 to one below");
  }
}

}  // namespace

double expected_coverage(std::size_t real, std::size_t generated, std::size_t k) {
  require_k(real, k);
  const auto n = static_cast<double>(real), m = static_cast<double>(generated);
  double none = 1;
  for (std::size_t i = 1; i <= k; ++i) none *= (n - static_cast<double>(i)) / (n + m - static_cast<double>(i));
  return 1 - none;
}

double expected_clipped_coverage(std::size_t real, std::size_t good, std::size_t k) {
  require_k(real, k);
  // k - sum_{j<k} (k - j) P(j images), where P(j) = C(good, j) B(k + j, real - k + good - j) / B(k, real - k).
  const auto n = static_cast<double>(real), m = static_cast<double>(good), balls = static_cast<double>(k);
  double missing = 0, log_p = 0;
  for (std::size_t i = 1; i <= k; ++i) {
    log_p += std::log1p(-m / (n + m - static_cast<double>(i)));
  }
  double p = std::exp(log_p);  // of none
  for (std::size_t j = 0; j < k && j <= good; ++j) {
    const auto at = static_cast<double>(j);
    missing += (balls - at) * p;
    if (j < good) p *= (m - at) / (at + 1) * (balls + at) / (n - balls + m - at - 1);
  }
  return 1 - missing / balls;
}

double clipped_coverage_scale(double mean, std::size_t real, std::size_t generated, std::size_t k) {
  require_k(real, k);
  if (mean <= 0) return 0;
  std::size_t low = std::min(k, generated + 1), high = generated + 1;  // the answer lies in low .. high
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (expected_clipped_coverage(real, middle, k) >= mean) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return static_cast<double>(low) / static_cast<double>(generated + 1);
}

}  // namespace ersatz::metrics
