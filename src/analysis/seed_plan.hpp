#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "stats/crossed.hpp"

namespace ersatz::analysis {

/// How many seeds would make 95 % intervals of differences of accuracy as narrow as wanted, each by itself.
struct SeedPlan {
  double wanted = 0;            ///< half width
  std::size_t comparisons = 0;  ///< that tell it: those of several seeds
  std::size_t seeds = 0;        ///< that they were measured with; of several numbers the smallest
  /// For the comparison in the middle (the upper median) and for the one that takes most: nothing where no number of
  /// seeds is enough, because the choice of test images alone leaves more open.
  std::optional<std::size_t> middle, most;
  std::size_t never = 0;        ///< comparisons for which no number of seeds is enough
  double least = 0;             ///< the half width that is left of the widest of these, with ever more seeds
  std::size_t test_images = 0;  ///< of the comparisons
  /// About so many test images would leave `least` just as wide as wanted: it shrinks with their root. Where seeds may
  /// be enough that of today.
  std::size_t test_images_needed = 0;
};

/// By stats::seeds_for_half_width(). Nothing where no comparison has several seeds: nobody knows then what a seed does.
/// Throws Error unless wanted > 0.
std::optional<SeedPlan> seed_plan(std::span<const stats::CrossedEstimate> contrasts, double wanted);

}  // namespace ersatz::analysis
