#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "study/ladder.hpp"
#include "study/stages.hpp"

namespace ersatz::study {

struct StudyRecord;

// What the finished runs of an output folder say of a study's ladder.

/// How far each arm has come, in their order. A run counts when its record and history can be read, whatever is missing
/// of its tests. Throws LaterFormat when a later version made one.
std::vector<Climb> read_climbs(const std::filesystem::path& out, const Ladder& ladder);

/// Finished runs that the ladder waits for all the same, although no command makes them again: they cannot be read now,
/// or have no validation accuracy at their last step. Ids in the order of the arms. Throws as read_climbs() does.
std::vector<std::string> unjudged_runs(const std::filesystem::path& out, const Ladder& ladder);

/// Ids of the runs that are asked for: by arm, rung and seed.
std::vector<std::string> runs_asked_for(const Ladder& ladder, const std::vector<Climb>& climbs);

/// How far each arm has come, in their order. Runs count as for read_climbs().
std::vector<ArmStage> read_stages(const std::filesystem::path& out, const Stages& stages,
                                  const std::optional<LadderRule>& ladder);

/// Fills in what the finished runs in `out` make of the stages of a study: runs, trials, and the arms of its ladder.
void follow_stages(const std::filesystem::path& out, StudyRecord& record);

/// Deletes what trials that were not chosen left for longer runs.
void remove_unused_states(const std::filesystem::path& out, const Stages& stages, const std::vector<ArmStage>& arms);

/// Deletes what shorter rungs left for longer ones (longer_run.hpp) that will not be made.
void remove_unused_states(const std::filesystem::path& out, const Ladder& ladder, const std::vector<Climb>& climbs);

}  // namespace ersatz::study
