#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/budget_table.hpp"
#include "analysis/gains.hpp"
#include "analysis/score_changes.hpp"
#include "analysis/seeds_wanted.hpp"
#include "analysis/substitution.hpp"

namespace ersatz::analysis {

/// What a study says about images of other sources, in numbers: in place of the images of `source`, and beside them.
struct Answer {
  std::string source;  ///< tested on
  bool real = false;   ///< whether its images are the real ones (real_source.hpp)
  std::string guess;   ///< a line that says how the real source was guessed; empty where it was not
  std::size_t test_images = 0;
  GainTable gains;
  std::vector<Substitution> substitutions;
  std::vector<Trade> trades;             ///< where accuracy and the scores of probabilities disagree
  std::size_t planned_runs = 0;          ///< that the study asks for
  std::size_t missing_runs = 0;          ///< those of them that are not finished, or damaged
  std::vector<TunedArm> tuned;           ///< arms whose settings were chosen
  std::optional<SeedsWanted> seeds;      ///< where seeds are added until intervals are narrow
  BudgetView budget;                     ///< of which the numbers are, where the study has several
  std::optional<BudgetTable> budgets{};  ///< all of them: to be filled in by who has the study's folder
};

/// For `source`; empty: the real one, or where nothing was tested on it the first. Throws Error when `source` is not
/// one that runs were tested on, or when no run is finished.
Answer answer(const ResultTable& table, const std::string& source = {});

}  // namespace ersatz::analysis
