#include "study/ladder_state.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "base/error.hpp"
#include "base/unreadable_file.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "train/history.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

struct Final {
  std::optional<double> accuracy;
  bool unjudged = false;  ///< finished, and not damaged, so that no command makes it again
};

// Of the weights that were kept.
Final final_accuracy(const fs::path& folder) {
  if (!fs::exists(folder)) return {};
  try {
    const RunRecord record = read_finished_run(folder);
    const train::History history = train::read_history(history_file(folder));
    // Of a budget of steps the last row's.
    const auto kept = std::ranges::find(history, record.best_round, &train::RoundRecord::round);
    if (kept == history.end() || std::isnan(kept->val_accuracy)) return {std::nullopt, true};
    return {kept->val_accuracy};
  } catch (const LaterFormat&) {
    throw;
  } catch (const UnreadableFile&) {
    return {std::nullopt, true};
  } catch (const Error&) {  // damaged: it is made anew
    return {};
  }
}

}  // namespace

std::vector<Climb> read_climbs(const fs::path& out, const Ladder& ladder) {
  std::vector<Climb> climbs;
  for (const LadderArm& arm : ladder.arms) {
    std::vector<RungAccuracies> rungs;
    for (const std::vector<std::string>& ids : arm.runs) {
      RungAccuracies& rung = rungs.emplace_back();
      for (const std::string& id : ids) rung.push_back(final_accuracy(run_folder(out, id)).accuracy);
    }
    climbs.push_back(climb(ladder.rule, rungs));
  }
  return climbs;
}

std::vector<ArmStage> read_stages(const fs::path& out, const Stages& stages, const std::optional<LadderRule>& ladder) {
  std::vector<ArmStage> arms;
  for (const StagedArm& arm : stages.arms) {
    arms.push_back(stage_of(stages, ladder, arm,
                            [&](const std::string& id) { return final_accuracy(run_folder(out, id)).accuracy; }));
  }
  return arms;
}

void follow_stages(const fs::path& out, StudyRecord& record) {
  const std::optional<LadderRule> ladder = record.ladder ? std::optional(record.ladder->rule) : std::nullopt;
  record.runs.clear();
  record.trials.clear();
  if (record.ladder) record.ladder->arms.clear();
  for (ArmStage& arm : read_stages(out, *record.stages, ladder)) {
    record.runs.insert(record.runs.end(), arm.runs.begin(), arm.runs.end());
    record.trials.insert(record.trials.end(), arm.trials.begin(), arm.trials.end());
    if (arm.ladder) record.ladder->arms.push_back(std::move(*arm.ladder));
  }
}

void remove_unused_states(const fs::path& out, const Stages& stages, const std::vector<ArmStage>& arms) {
  std::error_code code;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const auto& trials = stages.arms[i].runs;
    for (std::size_t trial = 0; trial < trials.size() && arms[i].chosen; ++trial) {
      for (std::size_t budget = 1; budget < trials[trial].size() && trial != *arms[i].chosen; ++budget) {
        for (const std::string& id : trials[trial][budget]) fs::remove_all(partial_folder(out, id), code);
      }
    }
  }
}

std::vector<std::string> unjudged_runs(const fs::path& out, const Ladder& ladder) {
  std::vector<std::string> found;
  for (const LadderArm& arm : ladder.arms) {
    for (const std::vector<std::string>& ids : arm.runs) {
      std::ranges::copy_if(ids, std::back_inserter(found),
                           [&](const std::string& id) { return final_accuracy(run_folder(out, id)).unjudged; });
    }
  }
  return found;
}

std::vector<std::string> runs_asked_for(const Ladder& ladder, const std::vector<Climb>& climbs) {
  std::vector<std::string> ids;
  for (std::size_t arm = 0; arm < ladder.arms.size(); ++arm) {
    const auto& rungs = ladder.arms[arm].runs;
    for (std::size_t rung = 0; rung < climbs[arm].asked; ++rung) {
      ids.insert(ids.end(), rungs[rung].begin(), rungs[rung].end());
    }
  }
  return ids;
}

void remove_unused_states(const fs::path& out, const Ladder& ladder, const std::vector<Climb>& climbs) {
  std::error_code code;
  for (std::size_t arm = 0; arm < ladder.arms.size(); ++arm) {
    if (climbs[arm].verdict == Climb::Verdict::climbing) continue;
    const auto& rungs = ladder.arms[arm].runs;
    for (std::size_t rung = climbs[arm].asked; rung < rungs.size(); ++rung) {
      for (const std::string& id : rungs[rung]) fs::remove_all(partial_folder(out, id), code);
    }
  }
}

}  // namespace ersatz::study
