#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/paired_difference.hpp"
#include "analysis/results.hpp"

namespace ersatz::analysis {

/// One classifier, tested on a source after training on that source alone (`own`) and on another one alone. The cells
/// are the table's.
struct OwnAndOther {
  const Cell *own, *other;
  std::optional<PairedDifference> difference;  ///< other - own, over the seeds that both have; nothing without any
};

/// A training set of the tested source and one of another source that takes the same amount.
struct OtherTraining {
  std::string own, other;                ///< names of the training sets
  std::vector<OwnAndOther> classifiers;  ///< those that have both cells, in plan order
};

/// What was trained on in place of the source that is tested. Its differences are one family.
struct Conclusion {
  std::string source;                    ///< tested on
  std::vector<OtherTraining> trainings;  ///< one for each other source
};

/// For each source that classifiers were tested on, the real one first, then in plan order. Training sets of one source
/// alone are compared, and only where both amounts are written alike in the study file; of several such pairs the first
/// counts. A source without such a pair is left out, so the list may be empty.
std::vector<Conclusion> conclusions(const ResultTable& table);

}  // namespace ersatz::analysis
