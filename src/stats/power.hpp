#pragma once

#include <cstddef>
#include <optional>

#include "stats/crossed.hpp"

// What a design of n seeds and N test images can find. J. Cohen, "Statistical power analysis for the behavioral
// sciences", 2nd edition 1988, chapter 2; for crossed designs S. L. Hillis, N. A. Obuchowski, K. S. Berbaum, Academic
// Radiology 18 (2011).
namespace ersatz::stats {

/// The probability that a two-sided t test at `significance` finds a true mean `effect` that is measured with this
/// standard error: t is then noncentral t with `df` degrees of freedom and noncentrality effect / standard_error. At
/// least `significance`. Throws Error unless standard_error > 0, df > 0 and 0 < significance < 1.
double t_test_power(double effect, double standard_error, double df, double significance = 0.05);

/// The smallest true mean that such a test would find with probability `power`, in the unit of the standard error.
/// Throws Error as t_test_power does, and unless significance < power < 1.
double detectable_effect(double standard_error, double df, double power = 0.8, double significance = 0.05);
/// The same for the design that `measured` is of; where nothing varies its half_width. Infinite for one seed, and where
/// nothing is known.
double detectable_effect(const CrossedEstimate& measured, double power = 0.8, double significance = 0.05);

/// The smallest number of seeds, at least 2, that would find the measured mean with probability `power` on these test
/// images, if it and the measured spread were the true ones. More seeds do not make the choice of test images any
/// smaller: nothing where no number of seeds up to kMostSeeds is enough. Throws as detectable_effect does.
std::optional<std::size_t> seeds_needed(const CrossedEstimate& measured, double power = 0.8,
                                        double significance = 0.05);
inline constexpr std::size_t kMostSeeds = 100'000;

}  // namespace ersatz::stats
