#pragma once

#include <cstddef>

#include "stats/crossed.hpp"

namespace ersatz::stats {

/// The ratios c >= 0 of two cells' means that the data leave possible: those with |d| <= t(df) se of
/// d = x[numerator] - c x[denominator], both of which depend on c (E. C. Fieller, J. R. Statist. Soc. B 16, 1954).
/// Infinite above where the denominator cannot be told from 0. The hull, should the set have a gap. Means must not be
/// negative, as shares are not.
Interval ratio_interval(const Crossed& runs, std::size_t numerator, std::size_t denominator, double level = 0.95);

}  // namespace ersatz::stats
