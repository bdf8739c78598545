#pragma once

#include <optional>
#include <span>
#include <vector>

namespace ersatz::stats {

/// The nondecreasing values closest to `values` in weighted squares: the minimum of
/// sum of weights[i] (values[i] - result[i])^2 with result[0] <= result[1] <= ...
/// Found by pool-adjacent-violators (M. Ayer and others, Ann. Math. Statist. 26, 1955): neighbours
/// in the wrong order become one block with their weighted mean, until none is left.
/// Equal weights when `weights` is empty. Throws Error when lengths differ, a value is not finite,
/// or a weight is not a positive finite number.
std::vector<double> isotonic_regression(std::span<const double> values, std::span<const double> weights = {});

/// The smallest x at which the broken line through (x[i], y[i]) reaches `value`. Nothing when `value`
/// lies outside y.front() .. y.back(): there the line was not measured. x must increase strictly and y must not
/// decrease, as isotonic_regression's results do not; throws Error otherwise, when lengths differ or are 0, or when a
/// number is not finite.
std::optional<double> inverse(std::span<const double> x, std::span<const double> y, double value);

}  // namespace ersatz::stats
