#pragma once

#include <cstddef>

#include "base/npy.hpp"
#include "metrics/estimate.hpp"

namespace ersatz::metrics {

// Squared maximum mean discrepancies (Gretton and others, JMLR 13, 2012) of two sets [n, d] and [m, d]: mean of k(x,
// x') + mean of k(y, y') - 2 mean of k(x, y). Kernels are computed in double; (n^2 + m^2 + 2 n m) d operations.
//
// Errors are those of the first-order terms (Hoeffding, Ann. Math. Statist. 19, 1948): the variance over x of
// 2 (mean over x' of k(x, x') - mean over y of k(x, y)), over n, and that over y, over m. Where both sets are from one
// distribution these terms vanish, and what is left stands for a distance that is 0 within its error.
//
// All throw Error when a set has fewer than 2 images, or features are not finite or not as wide; Stopped when a stop is
// requested. `threads` 0: one per core.

/// KID: (x.y / d + 1)^3, means without the pairs of an image with itself, so that the value is unbiased and may be
/// below 0 (Binkowski and others, "Demystifying MMD GANs", ICLR 2018). Of all images.
Estimate kernel_inception_distance(const Matrix& real, const Matrix& generated, unsigned threads = 0);

/// KID as published tools report it: over random subsets.
struct SubsetDistances {
  std::size_t subsets = 0, size = 0;
  double mean = 0;
  double deviation =
      0;  ///< standard deviation over subsets (n - 1): no error of the mean, subsets have images in common
};
/// Of `subsets` pairs of subsets of `size` images, each without repetition; of the smaller set's size where that is
/// less. The same for the same sets. Throws Error when subsets or size are below 2, too.
SubsetDistances kernel_inception_distance_of_subsets(const Matrix& real, const Matrix& generated,
                                                     std::size_t subsets = 100, std::size_t size = 1000,
                                                     unsigned threads = 0);

/// The kernel's width with which published values of CMMD were computed, of features of CLIP.
inline constexpr double kClipSigma = 10;

/// CMMD: 1,000 times the distance with the kernel exp(-|x - y|^2 / (2 sigma^2)), means of all pairs, an image with
/// itself among them, so that it is biased and never below 0 (Jayasumana and others, "Rethinking FID", CVPR 2024).
/// Throws Error when sigma is not above 0, too.
Estimate gaussian_distance(const Matrix& real, const Matrix& generated, double sigma = kClipSigma,
                           unsigned threads = 0);

/// The median of the distances between the images of both sets, a common choice of sigma: of at most 2,000 of them,
/// taken from both sets together at random, the same for the same sets.
double median_distance(const Matrix& real, const Matrix& generated);

}  // namespace ersatz::metrics
