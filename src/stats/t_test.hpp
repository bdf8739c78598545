#pragma once

#include <cstddef>
#include <optional>

#include "stats/interval.hpp"

namespace ersatz::stats {

/// Is a mean difference other than 0? `p` is two-sided.
struct TTest {
  double difference = 0;  ///< of the means
  double t = 0;           ///< difference / its standard error
  double df = 0;          ///< degrees of freedom
  double p = 1;           ///< 0..1
  Interval interval;      ///< of the difference, at the confidence level asked for
};

/// The paired t test (Student 1908): `differences` are A - B of each seed, the same seeds on both sides.
/// t = mean / (sd / sqrt(n)), df = n - 1. Fewer than 2 differences: p = 1, interval without ends.
/// Differences all alike have sd = 0: p = 1 when they are 0, else p = 0 and t is infinite.
/// Throws Error when the mean or sd is not finite.
TTest paired_t_test(const Summary& differences, double level = 0.95);

/// The probability that a two-sided paired t test at `significance` finds a true mean difference `effect`
/// between n seeds whose differences have standard deviation `sd`: t is then noncentral t with n - 1
/// degrees of freedom and noncentrality effect / sd sqrt(n). At least `significance`; 0 when n < 2.
double t_test_power(double effect, double sd, std::size_t n, double significance = 0.05);

/// The smallest true mean difference (in the unit of sd) that n seeds would find with probability `power`.
/// Infinity when n < 2, 0 when sd = 0. Throws Error unless sd >= 0 and 0 < significance < power < 1.
double minimum_detectable_effect(std::size_t n, double sd, double power = 0.8, double significance = 0.05);

/// The smallest n of seeds, at least 2, with t_test_power(effect, sd, n, significance) >= power. Nothing when
/// that is more than kMostSeeds, as for effect = 0. Throws as minimum_detectable_effect does.
std::optional<std::size_t> seeds_needed(double effect, double sd, double power = 0.8, double significance = 0.05);
inline constexpr std::size_t kMostSeeds = 100'000;

}  // namespace ersatz::stats
