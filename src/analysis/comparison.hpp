#pragma once

#include <string>
#include <vector>

#include "analysis/results.hpp"

namespace ersatz::analysis {

/// One cell of two studies, seed by seed: what another setting, version or machine does to the accuracy.
struct PairedCell {
  std::string title, train_on, test_on;
  stats::Summary first, second;  ///< accuracies of the seeds that both have
  stats::Summary difference;     ///< second - first of each seed
  stats::Interval interval;      ///< 95 %, Student's t over the seeds' differences; infinite for one seed
  std::size_t unpaired = 0;      ///< runs whose seed the other study does not have
};

/// The cells that both studies have, in the order of the first. Two runs of a seed start from the same weights and see
/// the same images in the same order, so their difference is what the setting did. Throws Error when the studies have
/// other data, test sets of other sizes, or no run in common.
std::vector<PairedCell> compare(const ResultTable& first, const ResultTable& second);

}  // namespace ersatz::analysis
