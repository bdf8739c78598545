#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/common_runs.hpp"
#include "stats/interval.hpp"

namespace ersatz::analysis {

/// The accuracies of two sets of runs, seed by seed on the same test images: what the second does that the first does
/// not. With several seeds it speaks of the way of training, with one of two trained models.
struct PairedDifference {
  stats::Summary first, second;     ///< over the seeds that both have
  stats::Summary difference;        ///< second - first of each seed
  stats::CrossedEstimate estimate;  ///< of second - first, over seeds and test images
  double p = 1;                     ///< estimate.p(); one seed: McNemar's test
  stats::Interval interval;         ///< 95 %, of this difference alone

  std::size_t family = 1;        ///< comparisons that are made together, this one among them
  stats::Interval simultaneous;  ///< 95 % for all of the family together (stats::simultaneous_level)
  /// The smallest true difference that a test at .05 / family would find with probability .8; infinite for one seed.
  double detectable = 0;
};

/// Of two of the cells. Everywhere in ersatz where accuracies are compared, this is how. A family of its own.
PairedDifference paired_difference(const CommonRuns& runs, std::size_t first, std::size_t second);

/// Makes these comparisons one family: `family`, `simultaneous` and `detectable` of each. Returns their p adjusted by
/// Holm's procedure.
std::vector<double> as_family(const std::vector<PairedDifference*>& comparisons);

/// Two accuracies or F1s that are shown to differ by less than this count as equal (stats::is_equivalent): twice what
/// another seed of LeNet changes on 10,000 images.
inline constexpr double kAsWell = 0.02;
/// Whether the difference is shown to be smaller than kAsWell, at the 5 % level of its family.
bool as_well(const PairedDifference& compared);

/// Fewer seeds than this tell little about their own standard deviation.
inline constexpr std::size_t kFewSeeds = 5;

/// What it would take to find a difference of the size that was measured.
struct Outlook {
  std::optional<std::size_t> seeds;  ///< nothing: no number of seeds, for the test images are too few
};
/// About how many seeds would find it in its family, with probability .8 (stats::seeds_needed), if the measured
/// difference and spread were the true ones: an estimate to plan with. Nothing where that makes no sense: below
/// kFewSeeds seeds, where the difference was found (family x p < .05), and where there is none, or no spread.
std::optional<Outlook> outlook(const PairedDifference& compared);

}  // namespace ersatz::analysis
