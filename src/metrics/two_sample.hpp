#pragma once

#include <cstddef>

#include "base/npy.hpp"
#include "metrics/estimate.hpp"

namespace ersatz::metrics {

/// How well classifiers tell two sets apart, as accuracies on images that they were not fitted to: 0.5 when the sets
/// are from one distribution, 1 when they have nothing in common (classifier two-sample tests: Lopez-Paz and Oquab,
/// ICLR 2017).
struct TwoSample {
  std::size_t images = 0;       ///< of each set: those of the smaller; of the larger a random subset
  Estimate logistic;            ///< a ridge-penalised logistic regression, of five folds
  Estimate nearest_neighbours;  ///< the majority of the five nearest others; among copies the first rows are nearest
};

/// Of two sets [n, d] and [m, d]. Each fold has a fifth of both sets, at random and the same for the same sets; columns
/// are standardised by the other folds, the penalty is d (stats/logistic.hpp). Neighbours are by Euclidean distance of
/// features as they are. Errors are over images: the deviation of right (1) and wrong (0) over the root of their
/// number. Throws Error when a set has fewer than 5 images, or features are not finite or not as wide; Stopped when a
/// stop is requested.
TwoSample two_sample(const Matrix& real, const Matrix& generated, unsigned threads = 0);

}  // namespace ersatz::metrics
