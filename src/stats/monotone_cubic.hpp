#pragma once

#include <optional>
#include <span>

// A smooth curve through points that do not decrease, which does not decrease either: piecewise cubic, with slopes at
// the points that never overshoot (F. N. Fritsch, R. E. Carlson, "Monotone piecewise cubic interpolation", SIAM Journal
// on Numerical Analysis 17, 1980). The slopes are those of F. N. Fritsch and J. Butland (SIAM Journal on Scientific and
// Statistical Computing 5, 1984), as in PCHIP: the weighted harmonic mean of the slopes to both sides.
namespace ersatz::stats {

/// The curve at `at`, which lies within x.front() .. x.back(). x must increase strictly, y must not decrease; throws
/// Error otherwise, when lengths differ or are 0, and when a number is not finite. Straight for two points.
double monotone_cubic(std::span<const double> x, std::span<const double> y, double at);

/// The smallest x at which the curve reaches `value`. Nothing outside y.front() .. y.back(). Throws as monotone_cubic
/// does.
std::optional<double> inverse_of_cubic(std::span<const double> x, std::span<const double> y, double value);

}  // namespace ersatz::stats
