#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/advice.hpp"
#include "cli/advise/stage.hpp"

namespace ersatz::cli {

/// What the searches found.
struct SearchResult {
  std::vector<study::Recipe> candidates;               ///< of both lists
  std::vector<std::vector<analysis::Trial>> searches;  ///< trials of each
  analysis::Chosen with;
  std::optional<analysis::Chosen> without;
};

/// Makes the searches of the plan one after the other, or what is missing of them, and says what each found. A recipe
/// whose run failed is left out with a warning. Throws Error, also where all of a list failed, and Stopped.
SearchResult search(const StageFolder& folder, const study::SearchPlan& plan);

/// Trains what was chosen with seeds of its own, tests it, and reads the answer. Throws Exit where a run failed.
analysis::Advice test(const StageFolder& folder, const study::SearchPlan& plan, const SearchResult& found);

}  // namespace ersatz::cli
