#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/simulated_study.hpp"

namespace ersatz::analysis {

/// How often intervals of one kind held what is true, and how wide they were.
struct Coverage {
  std::string kind;
  std::size_t held = 0, all = 0;
  double width = 0;  ///< mean; of numbers of images and rates the geometric mean of high / low, where both are finite

  double share() const { return static_cast<double>(held) / static_cast<double>(all); }
};

/// A study as CIFAKE's mixtures: REAL images alone, FAKE images alone, and both.
SimulatedStudy simulated_mixtures(std::size_t images, std::size_t seeds, double seed_sd);

/// Of every kind of interval that ersatz prints, nominally 95 %, and of Student's t over the seeds' accuracies, which
/// it does not print: over `replicates` studies, each analysed as `ersatz answer` does it. `seeds` is 3, 5 or 10.
std::vector<Coverage> coverage(const SimulatedStudy& study, std::size_t replicates);

}  // namespace ersatz::analysis
