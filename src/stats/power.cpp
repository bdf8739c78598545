#include "stats/power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// P(|T| > critical) of noncentral t, T = (Z + noncentrality) / S; `noncentrality` >= 0.
double power_at(double noncentrality, double df, double critical) {
  if (noncentrality > 1e4) {  // Boost's series grows too long; Z now moves the result by less than 1e-7
    const double largest_spread = noncentrality / critical;
    return boost::math::cdf(boost::math::chi_squared(df), df * largest_spread * largest_spread);
  }
  const boost::math::non_central_t distribution(df, noncentrality);
  return boost::math::cdf(boost::math::complement(distribution, critical)) + boost::math::cdf(distribution, -critical);
}

double critical_value(double df, double significance) {
  return boost::math::quantile(boost::math::complement(boost::math::students_t(df), significance / 2));
}

void check_design(double standard_error, double df, double power, double significance) {
  if (!(standard_error > 0 && std::isfinite(standard_error) && df > 0)) {
    throw Error(
        fmt::format("a t test cannot have a standard error of {} and {} degrees of freedom", standard_error, df));
  }
  if (!(significance > 0 && significance < power && power < 1)) {
    throw Error(fmt::format("0 < significance < power < 1 does not hold for significance {} and power {}", significance,
                            power));
  }
}

// The error of the mean over `seeds` seeds and as many images as were measured.
struct Design {
  double standard_error, df;
};

Design with_seeds(const CrossedEstimate& measured, std::size_t seeds) {
  const double n = static_cast<double>(measured.seeds), images = static_cast<double>(measured.images);
  const double more = static_cast<double>(seeds);
  const double of_seeds = std::max(measured.of_seeds, measured.residual) / (more * images);
  const double variance = of_seeds + std::max(measured.of_images - measured.residual, 0.0) / (n * images);
  const double df = of_seeds > 0 ? variance * variance * (more - 1) / (of_seeds * of_seeds) : kInfinity;
  return {std::sqrt(variance), std::min(df, images - 1)};
}

}  // namespace

double t_test_power(double effect, double standard_error, double df, double significance) {
  if (!std::isfinite(effect)) throw Error(fmt::format("an effect cannot be {}", effect));
  check_design(standard_error, df, (1 + significance) / 2, significance);
  if (effect == 0) return significance;
  return power_at(std::min(1e100, std::abs(effect) / standard_error), df, critical_value(df, significance));
}

double detectable_effect(double standard_error, double df, double power, double significance) {
  check_design(standard_error, df, power, significance);
  const double critical = critical_value(df, significance);
  // Power grows with the noncentrality: bracket, then halve until two neighbouring doubles remain.
  double low = 0, high = critical;
  while (power_at(high, df, critical) < power) {
    low = high;
    high *= 2;
  }
  for (double middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2) {
    (power_at(middle, df, critical) < power ? low : high) = middle;
  }
  return high * standard_error;
}

double detectable_effect(const CrossedEstimate& measured, double power, double significance) {
  if (measured.images_only() || !std::isfinite(measured.half_width())) return kInfinity;
  if (measured.standard_error == 0) return measured.half_width(1 - significance);
  return detectable_effect(measured.standard_error, measured.df, power, significance);
}

std::optional<std::size_t> seeds_needed(const CrossedEstimate& measured, double power, double significance) {
  if (measured.images_only() || measured.mean == 0 || !(measured.standard_error > 0)) return std::nullopt;
  const auto enough = [&](std::size_t n) {
    const Design design = with_seeds(measured, n);
    return t_test_power(measured.mean, design.standard_error, design.df, significance) >= power;
  };
  std::size_t low = 1, high = 2;  // low is never enough
  while (!enough(high)) {
    if (high >= kMostSeeds) return std::nullopt;
    low = high;
    high = std::min(2 * high, kMostSeeds);
  }
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace ersatz::stats
