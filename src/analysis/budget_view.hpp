#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "study/ladder.hpp"
#include "study/run_record.hpp"

namespace ersatz::analysis {

/// An arm of a ladder, as its finished runs have it.
struct ArmBudget {
  std::string classifier, train_on;
  std::int64_t steps = 0;  ///< of the rung that its validation accuracy chose
  study::Climb climb;

  bool converged() const { return climb.verdict == study::Climb::Verdict::converged; }
};

/// Which runs of a study with several budgets a table is of: one budget for each classifier on each training set.
struct BudgetView {
  enum class Kind {
    only,       ///< the study has no other
    equal,      ///< all runs have `steps`
    converged,  ///< each arm has the budget that its ladder chose
  };
  Kind kind = Kind::only;
  std::int64_t steps = 0;             ///< of equal
  std::vector<std::int64_t> budgets;  ///< steps that finished runs have, ascending; empty where there is one budget
  std::vector<ArmBudget> arms;        ///< of a study with a ladder, in plan order; whatever the kind
};

/// Leaves of the finished `runs` of a study in `out` those of one budget and says which. `steps` asks for a budget.
/// Else it is that of each arm's ladder; without a ladder the largest that every classifier on every training set has,
/// and where they have none in common the largest. Throws Error when no finished run has `steps`.
BudgetView choose_budget(const std::filesystem::path& out, const study::StudyRecord& study,
                         std::vector<study::RunRecord>& runs, std::optional<std::int64_t> steps);

}  // namespace ersatz::analysis
