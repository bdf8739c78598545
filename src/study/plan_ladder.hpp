#pragma once

#include <cstddef>

#include "study/plan.hpp"

namespace ersatz::study {

/// Whether two runs that differ in their budget alone make the same steps until the shorter one's cooldown.
bool repeats_steps(const PlannedRun& longer, const PlannedRun& shorter);

/// Makes the ladder of a plan whose runs are those of all rungs, with `seeds` of each arm and rung in a row, and leaves
/// the first rung of each arm to be asked for.
void make_ladder(Plan& plan, const LadderRule& rule, std::size_t seeds);

}  // namespace ersatz::study
