#pragma once

#include <cstddef>
#include <vector>

#include "metrics/halves.hpp"
#include "metrics/nearest.hpp"

namespace ersatz::metrics {

/// A ball of an image in the whole set (variant 0), and in its half of split s (variant 1 + s).
inline constexpr std::size_t kBallVariants = 1 + Halves::kSplits;

struct Balls {
  std::vector<double> squared_radii;  ///< [rows, kBallVariants] squared distances to the k-th nearest neighbour
  std::vector<double> largest;        ///< [rows] of the variants

  std::size_t rows() const { return largest.size(); }
  double squared_radius(std::size_t row, std::size_t variant) const {
    return squared_radii[row * kBallVariants + variant];
  }
};

/// How many neighbours balls_of() wants to see, so that k of them are in an image's half.
std::size_t neighbours_for_balls(std::size_t rows, std::size_t k);

/// `neighbours` are those of the set with itself, neighbours_for_balls() of them. Where fewer than k of them are in an
/// image's half, as happens to one image in a hundred thousand, the last one's distance is taken.
Balls balls_of(const Neighbours& neighbours, const Halves& halves, std::size_t k);

/// The same balls, none larger than the median radius of the set or half.
Balls clipped_balls(const Balls& balls, const Halves& halves);

/// For each image and variant, in how many balls of other images of its set, or half, it lies: [rows, kBallVariants].
/// Only an image's k nearest are looked for in its ball, so that copies of the k-th are not.
std::vector<std::size_t> own_balls(const Neighbours& neighbours, const Halves& halves, const Balls& clipped,
                                   std::size_t k);

}  // namespace ersatz::metrics
