#pragma once

#include <span>
#include <vector>

namespace ersatz::stats {

/// p-values of several tests, adjusted so that "adjusted <= 0.05" holds for any true null hypothesis
/// with probability at most 0.05 in all (family-wise error), whatever the tests' dependence. In the
/// order given; each lies in p..1. With p(1) <= ... <= p(m):
///
///     adjusted(i) = max over j <= i of min(1, (m - j + 1) p(j))
///
/// S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6 (1979).
/// Throws Error when a value is NaN or outside 0..1: a test that was not made does not belong here.
std::vector<double> holm(std::span<const double> p_values);

}  // namespace ersatz::stats
