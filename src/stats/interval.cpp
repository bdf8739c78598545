#include "stats/interval.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

// The upper end of the central `level` of a distribution.
template <typename Distribution>
double two_sided(const Distribution& distribution, double level) {
  if (!(level > 0 && level < 1)) throw Error(fmt::format("a confidence level lies between 0 and 1, not at {}", level));
  return boost::math::quantile(distribution, 0.5 + level / 2);
}

}  // namespace

Interval within(const Interval& interval, const Interval& possible) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return interval;
  return {std::clamp(interval.low, possible.low, possible.high),
          std::clamp(interval.high, possible.low, possible.high)};
}

Interval wilson_interval(std::uint64_t successes, std::uint64_t n, double level) {
  if (successes > n) throw Error(fmt::format("wilson_interval: {} successes of {}", successes, n));
  const double z = two_sided(boost::math::normal(), level);
  if (n == 0) return {0, 1};
  const double count = static_cast<double>(n), share = static_cast<double>(successes) / count;
  const double shrink = 1 + z * z / count;
  const double centre = (share + z * z / (2 * count)) / shrink;
  const double half = z / shrink * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  // At the ends rounding may leave -1e-17 where the formula says 0.
  return {successes == 0 ? 0.0 : std::max(0.0, centre - half), successes == n ? 1.0 : std::min(1.0, centre + half)};
}

Summary summarise(std::span<const double> values) {
  Summary summary;
  summary.n = values.size();
  if (values.empty()) return summary;
  for (const double value : values) summary.mean += value;
  summary.mean /= static_cast<double>(summary.n);
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  summary.min = *least;
  summary.max = *greatest;
  if (summary.n < 2) return summary;
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  summary.sd = std::sqrt(squares / static_cast<double>(summary.n - 1));
  return summary;
}

Interval t_interval(const Summary& summary, double level) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (summary.n < 2) return {-kInfinity, kInfinity};
  const double n = static_cast<double>(summary.n);
  const double half = two_sided(boost::math::students_t(n - 1), level) * summary.sd / std::sqrt(n);
  return {summary.mean - half, summary.mean + half};
}

}  // namespace ersatz::stats
