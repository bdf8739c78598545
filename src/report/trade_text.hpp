#pragma once

#include <string>
#include <vector>

#include "analysis/answer.hpp"

namespace ersatz::report {

/// "log loss", "Brier score", "calibration error".
std::string score_name(analysis::Score score);

/// A sentence for each kind of disagreement between accuracy and scores (score_changes.hpp): mixtures that are more
/// often right, or no less often, and less sure of themselves where they should be; and those that are less often right
/// and surer. At most three mixtures each, those whose scores moved most; then how many more.
std::vector<std::string> trade_sentences(const analysis::Answer& answer);

}  // namespace ersatz::report
