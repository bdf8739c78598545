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

/// How many seeds, those that were measured among them, make the interval at `level` no wider than mean +- `wanted`: C.
/// Stein's two stages (Annals of Mathematical Statistics 16, 1945), where what a seed does is known from the measured
/// seeds alone, so that t has their degrees of freedom. The part of the test images does not shrink with seeds. The
/// measured number of seeds where their interval is narrow enough. Nothing of one seed, which tells nothing of others
/// (images_only()), and where no number up to kMostSeeds is enough: least_half_width() says why. Throws Error unless
/// wanted > 0 and 0 < level < 1.
std::optional<std::size_t> seeds_for_half_width(const CrossedEstimate& measured, double wanted, double level = 0.95);

/// The half width that an interval tends to with ever more seeds on these test images: what their choice alone leaves
/// open. It shrinks as the root of their number grows. Infinite for one seed and where nothing is known.
double least_half_width(const CrossedEstimate& measured, double level = 0.95);

}  // namespace ersatz::stats
