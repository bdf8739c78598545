#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/common_runs.hpp"
#include "analysis/mixtures.hpp"
#include "analysis/paired_difference.hpp"
#include "stats/crossed.hpp"

namespace ersatz::analysis {

/// How one class is recognised, over seeds. Recall alone rewards a classifier that calls many images by this name: what
/// ranks classes is F1.
struct ClassRates {
  stats::Summary f1, precision, recall;
};

/// A rate after training on the other source, minus that after training on the source itself.
struct ClassDifference {
  stats::CrossedEstimate estimate;
  stats::Interval interval;  ///< 95 % for all classes together
};

/// One class after training on the source itself and on the other source; or after one training and after another.
struct ClassSubstitution {
  std::string name;
  ClassRates own, other;
  ClassDifference f1, recall;
  bool as_well = false;  ///< F1 is shown to differ by less than kAsWell, at 5 % for all classes together
};

/// The classes of two sets of runs, cells 0 (own) and 1 (other), that the test images have. `names`: of all classes.
std::vector<ClassSubstitution> compare_classes(const CommonRuns& runs, const std::vector<std::string>& names);

/// Training on another source in place of the one that is tested, with as many images.
///
/// With S the real images and T the generated ones, `other` is GAN-train and `reverse` GAN-test (K. Shmelkov,
/// C. Schmid, K. Alahari, "How good is my GAN?", ECCV 2018), and `score` is the Classification Accuracy Score
/// (S. Ravuri, O. Vinyals, "Classification accuracy score for conditional generative models", NeurIPS 2019) relative to
/// real training data.
struct Substitution {
  std::string classifier, title;
  std::string source, other_source;  ///< S, which is tested, and T
  std::size_t images = 0;            ///< trained on, in both cases
  std::size_t seeds = 0;             ///< that both have
  stats::Summary own, other;         ///< accuracy on S of training on S, and on T
  stats::Interval own_interval, other_interval;
  stats::CrossedEstimate difference;       ///< of the accuracies, other - own
  double score = 0;                        ///< other / own
  stats::Interval score_interval;          ///< 95 %, of this score alone (stats::ratio_interval); may be infinite above
  std::optional<Cell> reverse;             ///< trained on S, tested on T
  std::vector<ClassSubstitution> classes;  ///< those that the test images have
};

/// For every classifier and pair of sources that were each trained on alone, unchanged, with the same number of images:
/// of the largest such number. In plan order.
std::vector<Substitution> substitutions(const ResultTable& table, const std::string& source);

}  // namespace ersatz::analysis
