#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "study/stages.hpp"

namespace ersatz::cli {

/// "12 trials for each arm, the best 2 again with 3 seeds, then the better one".
std::string tuning_rule_text(const study::Stages& stages);

/// "1 of 4 arms has its settings, 20 of 48 trials are made".
std::string tuning_text(const std::vector<study::ArmStage>& arms);

/// "1 to 3, and more until no 95 % interval of a main comparison is wider than ±.01, at most 20 seeds".
std::string seeds_text(const study::SeedRule& rule);

/// An object for each arm: classifier, train_on, trials, tried (finished with the first seed), and setting, where it is
/// chosen.
Json tuning_json(const study::Stages& stages, const std::vector<study::ArmStage>& arms);

}  // namespace ersatz::cli
