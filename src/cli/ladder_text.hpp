#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "study/ladder.hpp"

namespace ersatz::cli {

/// "1,562, 6,248 and 24,992 steps, as long as more steps gain 0.01 of validation accuracy, or may have".
std::string ladder_rule_text(const study::LadderRule& rule);

/// "3 arms are at work (6,248 to 24,992 steps), 2 arms have converged (1,562 steps), 1 arm has not converged (24,992
/// steps)": the steps of the rung that is asked for, else of the chosen budget.
std::string climbs_text(const study::Ladder& ladder, const std::vector<study::Climb>& climbs);

/// An object for each arm: classifier, train_on, verdict, rungs (asked for), steps (of the chosen budget).
Json climbs_json(const study::Ladder& ladder, const std::vector<study::Climb>& climbs);

}  // namespace ersatz::cli
