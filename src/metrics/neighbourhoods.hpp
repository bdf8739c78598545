#pragma once

#include <cstddef>

#include "base/npy.hpp"
#include "metrics/estimate.hpp"

namespace ersatz::metrics {

struct NeighbourhoodOptions {
  std::size_t k = 5;
  /// Sets of different sizes are compared only when the caller says so: all of these depend on the sizes (see
  /// expected_coverage()).
  bool unmatched = false;
  unsigned threads = 0;  ///< 0: one per core
};

/// How generated images lie among real ones, by balls: around each image one that reaches to its k-th nearest neighbour
/// in its own set. An image lies in a ball when its distance is the radius or less; with "less", copies of images would
/// lead to radii of 0 and to balls without any image.
struct Neighbourhoods {
  Estimate precision;  ///< share of generated images that lie in a ball of a real one
  Estimate recall;     ///< share of real images that lie in a ball of a generated one
  Estimate density;    ///< in how many balls of real images a generated one lies, on average, over k
  Estimate coverage;   ///< share of real images whose ball holds a generated one
  /// Density with balls no larger than their median, and no image counted more than k times; over what the real images
  /// themselves have (each left out of its own ball), and at most 1. 0.7 reads as "70 % of the images are good".
  Estimate clipped_density;
  /// How many generated images the ball of a real one holds, at most k, over k, on average; on the scale of what a
  /// share of good images among the generated ones would have (clipped_coverage_scale()).
  Estimate clipped_coverage;
};

/// Rows are images, columns features. Precision and recall: Kynkaanniemi and others, "Improved precision and recall
/// metric for assessing generative models", NeurIPS 2019. Density and coverage: Naeem and others, "Reliable fidelity
/// and diversity metrics for generative models", ICML 2020. The clipped ones: Salvy, Talbot and Thirion, "Enhanced
/// generative model evaluation with clipped density and coverage", arXiv 2507.01761, as their program has them, but for
/// the comparison: it has "less" in clipped coverage.
///
/// Errors are by halves of both sets, split at random (halves.hpp), with balls of each half; NaN where a half has no
/// more than k images. Those of the clipped metrics know nothing of the limit of 1.
///
/// Throws Error when k is 0 or a set has no more than k images, when the sets have different sizes and `unmatched` is
/// not set, or when features are not finite or not as wide; Stopped when a stop is requested.
Neighbourhoods neighbourhoods(const Matrix& real, const Matrix& generated, const NeighbourhoodOptions& options = {});

/// The mean coverage of generated images that are from the same distribution as the real ones, whatever it is:
/// 1 - prod_{i=1..k} (N - i) / (N + M - i) of N real and M generated images (Naeem and others, lemma 2).
/// Throws Error when k is not in 1 .. N-1.
double expected_coverage(std::size_t real, std::size_t generated, std::size_t k);

/// The mean of min(images in a ball, k) / k over the balls of `real` images when `good` generated images are from their
/// distribution and the others lie in no ball: how many lie in one is beta-binomial(good, k, real - k).
double expected_clipped_coverage(std::size_t real, std::size_t good, std::size_t k);

/// The share of good images among `generated` ones that such a mean stands for: the least number of them, from k on,
/// that is expected to have it, over generated + 1, as the authors' program has it.
double clipped_coverage_scale(double mean, std::size_t real, std::size_t generated, std::size_t k);

}  // namespace ersatz::metrics
