#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/mixtures.hpp"
#include "stats/bootstrap.hpp"
#include "stats/t_test.hpp"

namespace ersatz::analysis {

/// One class: recall (the share of its test images that is recognised) after training on the source itself and on the
/// other source, over seeds.
struct ClassSubstitution {
  std::string name;
  stats::Summary own, other;
  stats::TTest difference;  ///< other - own, paired by seed
};

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
  double score = 0;                ///< other / own
  stats::Interval score_interval;  ///< 95 %, bootstrap over seeds and test images together
  std::optional<Cell> reverse;     ///< trained on S, tested on T
  std::vector<ClassSubstitution> classes;
};

/// For every classifier and pair of sources that were each trained on alone, unchanged, with the same number of images:
/// of the largest such number. In plan order.
std::vector<Substitution> substitutions(const ResultTable& table, const std::string& source,
                                        const stats::BootstrapOptions& options = {});

}  // namespace ersatz::analysis
