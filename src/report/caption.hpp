#pragma once

#include <string>
#include <vector>

#include "analysis/results.hpp"

namespace ersatz::report {

/// What a reader of any of a study's tables must know, a line each, for the terminal and the page.
struct Caption {
  std::string heading;                    ///< study, data, test images, seeds, precision
  std::vector<std::string> warnings;      ///< demo data, a limit, runs that are missing
  std::vector<std::string> explanations;  ///< what brackets and plus-minus mean, weights, the study's notes
};
Caption caption(const analysis::ResultTable& table);

/// All lines, warnings first.
std::vector<std::string> caption_lines(const Caption& caption);

}  // namespace ersatz::report
