#pragma once

#include <string>
#include <vector>

#include "analysis/results.hpp"
#include "analysis/seeds_wanted.hpp"

namespace ersatz::report {

/// "learning rate .03, label smoothing .1, flip+crop"; "as the study says" where nothing is set.
std::string trial_text(const study::Trial& trial);

/// "LeNet on MIX: learning rate .03, label smoothing .1, flip+crop: the best of 12 trials on validation images." for
/// each arm that had something to be tuned.
std::vector<std::string> tuning_notes(const std::vector<analysis::TunedArm>& arms);

/// "Seeds: 8, until 95 % intervals are at most ±.01 (3 to begin with, 20 at most): the widest is ±.009." and what is
/// wanting where it is wider.
std::string seeds_sentence(const analysis::SeedsWanted& seeds);

}  // namespace ersatz::report
