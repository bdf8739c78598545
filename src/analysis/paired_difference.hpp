#pragma once

#include <cstddef>
#include <optional>

#include "analysis/resampling.hpp"
#include "stats/interval.hpp"

namespace ersatz::analysis {

/// The accuracies of two sets of runs, seed by seed on the same test images: what the second does that the first does
/// not. With several seeds it speaks of the way of training, with one of two trained models.
struct PairedDifference {
  stats::Summary first, second;  ///< over the seeds that both have
  stats::Summary difference;     ///< second - first of each seed
  stats::Interval interval;  ///< 95 %: Student's t over the seeds' differences; one seed: bootstrap over test images
  double p = 1;              ///< paired t test over seeds; one seed: McNemar's test
  double detectable = 0;     ///< smallest true difference found with power .8; infinite for one seed
};

/// Of two of the sets that are resampled. Everywhere in ersatz where accuracies are compared, this is how.
PairedDifference paired_difference(const Resampling& runs, std::size_t first, std::size_t second);

/// Fewer seeds than this tell little about their own standard deviation.
inline constexpr std::size_t kFewSeeds = 5;

/// About how many seeds would find a difference of this size with probability .8 (stats::seeds_needed), if the measured
/// difference and standard deviation were the true ones: an estimate to plan with. Nothing where that makes no sense:
/// below kFewSeeds seeds, where the difference was found (p < .05), and where there is none, or no spread.
std::optional<std::size_t> seeds_to_find(const PairedDifference& compared);

}  // namespace ersatz::analysis
