#pragma once

#include <cstddef>
#include <vector>

#include "base/npy.hpp"
#include "metrics/estimate.hpp"

namespace ersatz::metrics {

/// The mean and the covariance of d features.
struct Moments {
  std::vector<double> mean;        ///< [d]
  std::vector<double> covariance;  ///< [d, d]
  /// The largest rank that the covariance can have: that of n images is at most n - 1. What rounding makes of the other
  /// eigenvalues, which are 0, is left out.
  std::size_t rank = ~std::size_t{0};
};

/// Of the rows [n, d], with n - 1 in the denominator, as numpy.cov. Throws Error when n is below 2 or a value is not
/// finite.
Moments moments_of(const Matrix& rows, unsigned threads = 0);

/// |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)): the squared Frechet (2-Wasserstein) distance of two normal
/// distributions (Dowson and Landau 1982; as the distance of image sets: Heusel and others, NeurIPS 2017). The trace of
/// the root is the sum of the roots of the eigenvalues of F' C2 F, C1 = F F', by symmetric eigendecompositions: no
/// complex numbers, and nothing is added to the diagonal. Throws Error when the sizes differ or are not d and d x d.
double frechet_distance(const Moments& one, const Moments& other);

struct FrechetOptions {
  bool with_error = true;  ///< 40 eigendecompositions: some seconds of 512 features, some minutes of 2,048
  unsigned threads = 0;    ///< 0: one per core
};

/// Of the normal distributions with the moments of two sets [n, d] and [m, d]; where d is above n + m, by as many
/// coordinates in single precision. The error is by a jackknife of 20 groups of each set. Throws Error when a set has
/// fewer than 2 images, features are not finite or not as wide; Stopped when a stop is requested.
Estimate frechet_distance(const Matrix& real, const Matrix& generated, const FrechetOptions& options = {});

/// What the distance would be of sets without end: it is too large by about a / n (Chong and Forsyth, "Effectively
/// unbiased FID and inception score and where to find them", CVPR 2020). 15 shares of both sets, evenly spaced up to
/// all, one random subset each; the least has 2 d images, but no fewer than a tenth and no more than half of the set. A
/// straight line in 1 / share is fitted by least squares and read where it is 0. (The authors take subsets of the
/// generated images only.) The error is that of the whole sets' distance, which has the same first-order terms, and
/// that of the line's intercept, added as variances. The same for the same sets. Throws as above, also when a set has
/// fewer than 20 images.
Estimate frechet_distance_at_infinity(const Matrix& real, const Matrix& generated, const FrechetOptions& options = {});

}  // namespace ersatz::metrics
