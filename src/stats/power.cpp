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

// The part of the mean's variance that the choice of test images makes, whatever the number of seeds.
double variance_of_images(const CrossedEstimate& measured) {
  return std::max(measured.of_images - measured.residual, 0.0) /
         (static_cast<double>(measured.seeds) * static_cast<double>(measured.images));
}

// The error of the mean over `seeds` seeds and as many images as were measured.
struct Design {
  double standard_error, df;
};

// `known_from`: the seeds that tell how much seeds vary.
Design with_seeds(const CrossedEstimate& measured, std::size_t seeds, std::size_t known_from) {
  const double images = static_cast<double>(measured.images);
  const double of_seeds = std::max(measured.of_seeds, measured.residual) / (static_cast<double>(seeds) * images);
  const double variance = of_seeds + variance_of_images(measured);
  const double known = static_cast<double>(known_from) - 1;
  const double df = of_seeds > 0 ? variance * variance * known / (of_seeds * of_seeds) : kInfinity;
  return {std::sqrt(variance), std::min(df, images - 1)};
}

// The smallest number of seeds above `too_few` for which `enough` holds, which it then does for all larger ones.
template <typename Enough>
std::optional<std::size_t> fewest_seeds(std::size_t too_few, const Enough& enough) {
  std::size_t low = too_few, high = too_few + 1;
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
  return fewest_seeds(1, [&](std::size_t n) {
    const Design design = with_seeds(measured, n, n);
    return t_test_power(measured.mean, design.standard_error, design.df, significance) >= power;
  });
}

std::optional<std::size_t> seeds_for_half_width(const CrossedEstimate& measured, double wanted, double level) {
  if (!(wanted > 0 && std::isfinite(wanted))) throw Error(fmt::format("an interval cannot have a half of {}", wanted));
  const double now = measured.half_width(level);
  if (measured.images_only() || !std::isfinite(now)) return std::nullopt;
  if (now <= wanted) return measured.seeds;
  if (measured.standard_error == 0) return std::nullopt;  // Wilson's bound knows of images only
  return fewest_seeds(measured.seeds, [&](std::size_t n) {
    const Design design = with_seeds(measured, n, measured.seeds);
    return critical_value(design.df, 1 - level) * design.standard_error <= wanted;
  });
}

double least_half_width(const CrossedEstimate& measured, double level) {
  const double now = measured.half_width(level);
  if (measured.images_only() || !std::isfinite(now)) return kInfinity;
  if (measured.standard_error == 0) return now;
  return critical_value(static_cast<double>(measured.images) - 1, 1 - level) * std::sqrt(variance_of_images(measured));
}

}  // namespace ersatz::stats
