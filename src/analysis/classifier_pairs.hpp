#pragma once

#include <string>
#include <vector>

#include "analysis/paired_difference.hpp"
#include "analysis/results.hpp"

namespace ersatz::analysis {

/// Two classifiers that were trained on the same images and tested on the same images.
struct ClassifierPair {
  std::string first, second;  ///< titles
  std::string train_on, test_on;
  PairedDifference accuracy;
  double p_holm = 1;  ///< accuracy.p adjusted over all pairs (Holm), which are one family
};

/// Every pair of the study's classifiers on each training and test set, in plan order. Runs of a seed were trained on
/// the same images in the same order. Throws Error when no two classifiers have a run of one seed in common.
std::vector<ClassifierPair> compare_classifiers(const ResultTable& table);

}  // namespace ersatz::analysis
