#include "analysis/validation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "analysis/results.hpp"
#include "base/text.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "train/history.hpp"

namespace ersatz::analysis {
namespace {

std::string watched_sources(const study::RunSpec& spec) {
  if (spec.settings.own_validation) return "own " + join_words(*spec.settings.own_validation_of);
  if (spec.settings.validate_on) return join_words(*spec.settings.validate_on);
  std::vector<std::string> names;
  for (const auto& [source, amount] : spec.train_on.sources) names.push_back(source);
  return join_words(names);
}

// Where settings are tried: of which arm, by its number, and which trial the runs are.
std::map<std::string, std::pair<std::size_t, std::size_t>> trials_of(const study::StudyRecord& study) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> trials;
  if (!study.stages || !study.stages->tunes()) return trials;
  for (std::size_t arm = 0; arm < study.stages->arms.size(); ++arm) {
    const auto& runs = study.stages->arms[arm].runs;
    for (std::size_t trial = 0; trial < runs.size(); ++trial) {
      for (const auto& ids : runs[trial]) {
        for (const std::string& id : ids) trials.emplace(id, std::pair(arm, trial));
      }
    }
  }
  return trials;
}

}  // namespace

std::vector<ValidationCell> validation_cells(const std::filesystem::path& out) {
  std::vector<ValidationCell> cells;
  std::vector<std::vector<double>> accuracies;
  const study::StudyRecord study = study::read_study_record(out);
  const auto trials = trials_of(study);
  const study::FinishedRuns finished = study::read_finished_runs(out, study.asked_for());
  refuse_if_all_damaged(out, finished.runs.size(), finished.damaged);
  for (const study::RunRecord& run : finished.runs) {
    const train::History history = train::read_history(study::history_file(run.folder));
    const auto kept = std::ranges::find(history, run.best_round, &train::RoundRecord::round);
    if (kept == history.end() || std::isnan(kept->val_accuracy)) continue;
    const auto tried = trials.find(run.id());
    const auto trial = tried == trials.end() ? std::nullopt : std::optional(tried->second.second);
    const auto same = std::ranges::find_if(cells, [&](const ValidationCell& cell) {
      return cell.classifier == run.spec.classifier && cell.train_on == run.spec.train_on.name &&
             cell.steps == run.spec.settings.steps && cell.trial == trial;
    });
    const auto place = static_cast<std::size_t>(same - cells.begin());
    if (same == cells.end()) {
      cells.push_back({run.spec.classifier,
                       classifier_title(run.spec.classifier),
                       run.spec.train_on.name,
                       watched_sources(run.spec),
                       {},
                       {},
                       run.spec.settings.steps});
      accuracies.emplace_back();
      if (trial) {
        cells[place].trial = trial;
        cells[place].setting = study::setting_of(study.stages->arms[tried->second.first], study.stages->trials[*trial]);
        cells[place].chosen = std::ranges::find(study.runs, run.id()) != study.runs.end();
      }
    }
    cells[place].seeds.push_back(run.spec.seed);
    accuracies[place].push_back(kept->val_accuracy);
  }
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i].accuracy = stats::summarise(accuracies[i]);
  return cells;
}

}  // namespace ersatz::analysis
