#pragma once

#include <string>
#include <vector>

#include "analysis/gains.hpp"
#include "analysis/substitution.hpp"
#include "stats/bootstrap.hpp"

namespace ersatz::analysis {

/// What a study says about its generated images, for `source` (tested on; empty: the one with the longest learning
/// curve), in at most ten plain sentences, each with its numbers, their 95 % intervals and n. What a study did not try,
/// its answer does not mention. No sentences when nothing besides the source itself was trained on.
struct Answer {
  std::string source;
  GainTable gains;                          ///< what the sentences are about
  std::vector<Substitution> substitutions;  ///< likewise
  std::vector<std::string> sentences;
  std::vector<std::string> warnings;  ///< too few seeds, runs that are missing, classifiers left out
};

/// Throws Error when `source` is not one that runs were tested on.
Answer answer(const ResultTable& table, const std::string& source = {}, const stats::BootstrapOptions& options = {});

}  // namespace ersatz::analysis
