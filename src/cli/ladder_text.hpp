#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "study/ladder.hpp"

namespace ersatz::cli {

/// "1,562, 6,248 and 24,992 steps, as long as a rung gains .01 of validation accuracy or may have".
std::string ladder_rule_text(const study::LadderRule& rule);

/// "3 arms climb (at most 24,992 steps), 2 have converged (1,562 to 6,248 steps), 1 has not (24,992 steps)".
std::string climbs_text(const study::Ladder& ladder, const std::vector<study::Climb>& climbs);

/// An object for each arm: classifier, train_on, verdict, rungs (asked for), steps (of the chosen budget).
Json climbs_json(const study::Ladder& ladder, const std::vector<study::Climb>& climbs);

}  // namespace ersatz::cli
