#include "study/ladder_state.hpp"

#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "train/history.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

std::optional<double> final_accuracy(const fs::path& folder) {
  if (!fs::exists(folder)) return std::nullopt;
  try {
    read_finished_run(folder);
    const train::History history = train::read_history(history_file(folder));
    if (history.empty() || std::isnan(history.back().val_accuracy)) return std::nullopt;
    return history.back().val_accuracy;
  } catch (const LaterFormat&) {
    throw;
  } catch (const Error&) {  // damaged: it is made anew
    return std::nullopt;
  }
}

}  // namespace

std::vector<Climb> read_climbs(const fs::path& out, const Ladder& ladder) {
  std::vector<Climb> climbs;
  for (const LadderArm& arm : ladder.arms) {
    std::vector<RungAccuracies> rungs;
    for (const std::vector<std::string>& ids : arm.runs) {
      RungAccuracies& rung = rungs.emplace_back();
      for (const std::string& id : ids) rung.push_back(final_accuracy(run_folder(out, id)));
    }
    climbs.push_back(climb(ladder.rule, rungs));
  }
  return climbs;
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
