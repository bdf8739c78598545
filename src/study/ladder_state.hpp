#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "study/ladder.hpp"

namespace ersatz::study {

// What the finished runs of an output folder say of a study's ladder.

/// How far each arm has come, in their order. A run counts when its record and history can be read, whatever is missing
/// of its tests. Throws LaterFormat when a later version made one.
std::vector<Climb> read_climbs(const std::filesystem::path& out, const Ladder& ladder);

/// Ids of the runs that are asked for: by arm, rung and seed.
std::vector<std::string> runs_asked_for(const Ladder& ladder, const std::vector<Climb>& climbs);

/// Deletes what shorter rungs left for longer ones (longer_run.hpp) that will not be made.
void remove_unused_states(const std::filesystem::path& out, const Ladder& ladder, const std::vector<Climb>& climbs);

}  // namespace ersatz::study
