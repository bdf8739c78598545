#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/ladder.hpp"
#include "study/run_spec.hpp"
#include "study/training_settings.hpp"

namespace ersatz::study {

struct Study;

/// The budgets of a study that trains with several. With none of both it has one, as its settings say.
struct Budgets {
  std::vector<std::int64_t> steps;   ///< `steps = [1562, 6250]`: ascending
  std::optional<LadderRule> ladder;  ///< `budget = "converged"`

  bool any() const { return !steps.empty() || ladder.has_value(); }
};

/// Reads the keys steps (where it is a list), budget, first_steps, rungs and tolerance of [training]. Throws Error
/// "FILE:LINE: KEY: problem", also for what cannot stand beside them.
Budgets read_budgets(const TomlSection& section, const TrainingSettings& asked);

/// One budget of `steps` for the study, whatever budgets it had. The runs are those that it makes with this budget
/// among several.
void replace_budget(Study& study, std::int64_t steps);

/// What a study asks of its runs, once for each budget, the shortest first.
std::vector<TrainingSettings> settings_by_budget(const Study& study);

/// The part of a ladder's steps in which the rate falls to 0, unless the study says otherwise: without a cooldown the
/// shorter of two budgets would be judged while its weights still move.
inline constexpr double kLadderCooldown = 0.2;

/// The settings for one training set: its own before those of all; and with own_validation, of which of its sources
/// images are watched. These are the real source, or all where the set has no images of that.
TrainingSettings settings_for(TrainingSettings asked, const TrainingSet& set, const std::string& real);

}  // namespace ersatz::study
