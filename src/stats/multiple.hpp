#pragma once

#include <cstddef>
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

/// The confidence level of each of m intervals that hold their m truths together with `level` at least, whatever their
/// dependence: 1 - (1 - level) / m (O. J. Dunn, JASA 56, 1961). Such an interval leaves out 0 exactly where m p is
/// below 1 - level (Bonferroni); holm() finds these, and may find more. m = 0 counts as 1.
double simultaneous_level(std::size_t m, double level = 0.95);

}  // namespace ersatz::stats
