#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/npy.hpp"
#include "metrics/estimate.hpp"
#include "stats/interval.hpp"

namespace ersatz::metrics {

// Whether generated images are copies of those that the generator was trained on.

/// AuthPct, as a share: that of generated images whose nearest training image has a nearer neighbour in the training
/// set than the generated one is (Alaa and others, "How faithful is your synthetic data?", ICML 2022). The error is
/// that of a share of generated images; the training images are what they are. Throws Error when there are fewer than 2
/// training images, no generated ones, or features are not finite or not as wide; Stopped when a stop is requested.
Estimate authenticity(const Matrix& training, const Matrix& generated, unsigned threads = 0);

/// A generated image near a training image.
struct NearCopy {
  std::uint32_t generated = 0, training = 0;  ///< rows
  double to_training = 0, to_held_out = 0;    ///< Euclidean distances to the nearest of either
  double ratio = 0;                           ///< of the one to the other; 1 where both are 0
};

struct Memorisation {
  /// Share of generated images that are nearer to the training images than to those held out; 0.5 is expected of a
  /// generator that knows no more of the ones than of the others. Those that are as near to both are left out; NaN when
  /// all are. The error is over which half of the photographs was trained on: few photographs can be the nearest of
  /// many generated images, and then that of a share of independent images is far too small.
  Estimate nearer_to_training;
  stats::Interval interval{0, 1};  ///< of this share, 95 %: 1.96 errors to both sides
  std::size_t equally_near = 0;
  std::size_t exact_copies = 0;   ///< generated images that equal a training image in all features
  std::vector<NearCopy> nearest;  ///< exact copies first, then by rising ratio
};

/// Compares the distances of each generated image to the nearest of `training` and of `held_out`, two sets of one size
/// and one distribution of which the generator was trained on the first alone. `nearest` has `listed` entries, or one
/// for each generated image where they are fewer. Throws Error when the two have different sizes, a set is empty, or
/// features are not finite or not as wide; Stopped when a stop is requested.
Memorisation memorisation(const Matrix& training, const Matrix& held_out, const Matrix& generated,
                          std::size_t listed = 20, unsigned threads = 0);

}  // namespace ersatz::metrics
