#pragma once

#include <optional>
#include <span>

namespace ersatz::stats {

/// A learning curve that saturates: y = a - b x^(-c), for instance accuracy against the number of training
/// images. With a the accuracy that no amount reaches, b and c > 0 (J. Hestness and others, "Deep learning scaling
/// is predictable, empirically", 2017; J. S. Rosenfeld and others, "A constructive prediction of the generalization
/// error across scales", ICLR 2020).
struct PowerLaw {
  double a = 0, b = 0, c = 0;
  double residual_sum = 0;  ///< weighted sum of squared residuals
  double r_squared = 0;     ///< 1 - residual_sum / the weighted squares around the mean; 0 when all y are equal
  bool degenerate = false;  ///< c stands at kLeastExponent or kLargestExponent, or b <= 0: not such a curve
};

/// c is sought between these: below the first the curve is a logarithm for all that data can tell (and a means
/// nothing), above the second it is a step.
inline constexpr double kLeastExponent = 0.02, kLargestExponent = 4;

/// Weighted least squares over a, b and c. For each c the best a and b are those of a straight line in
/// x^(-c) (variable projection: G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10, 1973), which leaves one
/// dimension: a grid over log c, then bisection on the derivative around the grid's best point, so there are no
/// starting values to choose. Equal weights when `weights` is empty.
/// Throws Error when lengths differ, fewer than three x are distinct, an x or weight is not positive, or a number
/// is not finite. Three points of this shape are met exactly: their residuals say nothing.
PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y, std::span<const double> weights = {});

/// The x > 0 at which the curve reaches y. Nothing when y >= a, when the fit is degenerate, or when x is too large
/// for a double. Beyond the largest x of the fit it is an extrapolation; that is the caller's to tell.
std::optional<double> inverse(const PowerLaw& law, double y);

}  // namespace ersatz::stats
