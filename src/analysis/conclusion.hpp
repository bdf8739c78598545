#pragma once

#include <string>
#include <vector>

#include "analysis/results.hpp"

namespace ersatz::analysis {

/// What training on another source does to the accuracy on a source's test set: one sentence with
/// its numbers for each source S that classifiers were tested on, in plan order.
///
/// Training sets of S alone are compared with training sets of one other source alone, of the same
/// amount. Sources without such a pair give no sentence, so the list may be empty.
std::vector<std::string> conclusions(const ResultTable& table);

}  // namespace ersatz::analysis
