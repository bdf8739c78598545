#pragma once

#include <string>
#include <vector>

#include "analysis/advice.hpp"
#include "base/json_fwd.hpp"

namespace ersatz::report {

/// "Use them: ..." and what else the test says, a sentence each, with numbers, 95 % intervals and n; then what it could
/// not tell.
struct AdviceText {
  std::string verdict;
  std::vector<std::string> sentences, limits;
};
AdviceText advice_text(const study::SearchPlan& plan, const analysis::Advice& advice);

/// The same as numbers and sentences, for programs.
Json advice_json(const study::SearchPlan& plan, const analysis::Advice& advice);

/// A line for each trial of a search: recipe, steps, validation accuracy, seeds, and what the recipe is. CSV.
std::string trials_csv(const std::vector<std::vector<analysis::Trial>>& searches,
                       const std::vector<study::Recipe>& recipes);

}  // namespace ersatz::report
