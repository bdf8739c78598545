#include "stats/mcnemar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "base/error.hpp"

namespace ersatz::stats {

Discordant discordant(std::span<const std::int32_t> truth, std::span<const std::int32_t> first,
                      std::span<const std::int32_t> second) {
  if (first.size() != truth.size() || second.size() != truth.size()) {
    throw Error(
        fmt::format("mcnemar: {} labels, but {} and {} predictions", truth.size(), first.size(), second.size()));
  }
  Discordant counts;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const bool first_right = first[i] == truth[i], second_right = second[i] == truth[i];
    counts.b += first_right && !second_right;
    counts.c += !first_right && second_right;
  }
  return counts;
}

McNemar mcnemar(Discordant counts) {
  return counts.b + counts.c < kMcNemarExactBelow ? mcnemar_exact(counts) : mcnemar_chi_square(counts);
}

McNemar mcnemar_exact(Discordant counts) {
  const std::uint64_t n = counts.b + counts.c, least = std::min(counts.b, counts.c);
  McNemar result{counts.b, counts.c, McNemarMethod::exact, static_cast<double>(least), 1};
  if (n == 0) return result;
  const boost::math::binomial fair(static_cast<double>(n), 0.5);
  result.p = std::min(1.0, 2 * boost::math::cdf(fair, static_cast<double>(least)));
  return result;
}

McNemar mcnemar_chi_square(Discordant counts, bool corrected) {
  McNemar result{counts.b, counts.c, McNemarMethod::chi_square, 0, 1};
  const double n = static_cast<double>(counts.b + counts.c);
  if (n == 0) return result;
  const double apart = std::abs(static_cast<double>(counts.b) - static_cast<double>(counts.c));
  const double distance = std::max(0.0, apart - (corrected ? 1 : 0));
  result.statistic = distance * distance / n;
  // The square of a standard normal: P(X > s) = P(|Z| > sqrt(s)).
  result.p = std::erfc(std::sqrt(result.statistic / 2));
  return result;
}

}  // namespace ersatz::stats
