#include "stats/t_test.hpp"

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

void check(const Summary& summary) {
  if (std::isfinite(summary.mean) && std::isfinite(summary.sd)) return;
  throw Error(
      fmt::format("t test: {} values with mean {} and standard deviation {}", summary.n, summary.mean, summary.sd));
}

TTest t_test(double difference, double standard_error, double df, double level) {
  if (!(level > 0 && level < 1)) throw Error(fmt::format("a confidence level lies between 0 and 1, not at {}", level));
  TTest test{difference, 0, df, 1, {difference, difference}};
  if (standard_error == 0) {
    if (difference != 0) {
      test.t = std::copysign(kInfinity, difference);
      test.p = 0;
    }
    return test;
  }
  const boost::math::students_t distribution(df);
  test.t = difference / standard_error;
  test.p = 2 * boost::math::cdf(distribution, -std::abs(test.t));
  const double half = boost::math::quantile(distribution, 0.5 + level / 2) * standard_error;
  test.interval = {difference - half, difference + half};
  return test;
}

TTest says_nothing(double difference) { return {difference, 0, 0, 1, {-kInfinity, kInfinity}}; }

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

void check_design(double sd, double power, double significance) {
  if (!(sd >= 0 && std::isfinite(sd))) throw Error(fmt::format("a standard deviation cannot be {}", sd));
  if (!(significance > 0 && significance < power && power < 1)) {
    throw Error(fmt::format("0 < significance < power < 1 does not hold for significance {} and power {}", significance,
                            power));
  }
}

}  // namespace

TTest paired_t_test(const Summary& differences, double level) {
  check(differences);
  if (differences.n < 2) return says_nothing(differences.mean);
  const double n = static_cast<double>(differences.n);
  return t_test(differences.mean, differences.sd / std::sqrt(n), n - 1, level);
}

double t_test_power(double effect, double sd, std::size_t n, double significance) {
  if (!std::isfinite(effect)) throw Error(fmt::format("an effect cannot be {}", effect));
  check_design(sd, (1 + significance) / 2, significance);
  if (n < 2) return 0;
  if (effect == 0) return significance;
  if (sd == 0) return 1;
  const double df = static_cast<double>(n - 1);
  const double noncentrality = std::min(1e100, std::abs(effect) / sd * std::sqrt(static_cast<double>(n)));
  const double critical = critical_value(df, significance);
  return power_at(noncentrality, df, critical);
}

double minimum_detectable_effect(std::size_t n, double sd, double power, double significance) {
  check_design(sd, power, significance);
  if (n < 2) return kInfinity;
  const double df = static_cast<double>(n - 1), critical = critical_value(df, significance);
  // Power grows with the noncentrality: bracket, then halve until two neighbouring doubles remain.
  double low = 0, high = critical;
  while (power_at(high, df, critical) < power) {
    low = high;
    high *= 2;
  }
  for (double middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2) {
    (power_at(middle, df, critical) < power ? low : high) = middle;
  }
  return high / std::sqrt(static_cast<double>(n)) * sd;
}

std::optional<std::size_t> seeds_needed(double effect, double sd, double power, double significance) {
  check_design(sd, power, significance);
  const auto enough = [&](std::size_t n) { return t_test_power(effect, sd, n, significance) >= power; };
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
