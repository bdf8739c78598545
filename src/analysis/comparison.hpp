#pragma once

#include <string>
#include <vector>

#include "analysis/paired_difference.hpp"
#include "analysis/results.hpp"

namespace ersatz::analysis {

/// One cell of two studies, seed by seed: what another setting, version or machine does to the accuracy.
struct PairedCell {
  std::string title, train_on, test_on;
  PairedDifference accuracy;
  std::size_t unpaired = 0;  ///< runs whose seed the other study does not have
};

/// The cells that both studies have, in the order of the first. Two runs of a seed start from the same weights and see
/// the same images in the same order, so their difference is what the setting did. Throws Error when the studies have
/// other data, other test images, or no run in common. Their differences are one family.
std::vector<PairedCell> compare(const ResultTable& first, const ResultTable& second);

}  // namespace ersatz::analysis
