#include "analysis/validation.hpp"

#include <algorithm>
#include <cmath>

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

}  // namespace

std::vector<ValidationCell> validation_cells(const std::filesystem::path& out) {
  std::vector<ValidationCell> cells;
  std::vector<std::vector<double>> accuracies;
  const study::FinishedRuns finished = study::read_finished_runs(out);
  refuse_if_all_damaged(out, finished.runs.size(), finished.damaged);
  for (const study::RunRecord& run : finished.runs) {
    const train::History history = train::read_history(study::history_file(run.folder));
    const auto kept = std::ranges::find(history, run.best_round, &train::RoundRecord::round);
    if (kept == history.end() || std::isnan(kept->val_accuracy)) continue;
    const auto same = std::ranges::find_if(cells, [&](const ValidationCell& cell) {
      return cell.classifier == run.spec.classifier && cell.train_on == run.spec.train_on.name &&
             cell.steps == run.spec.settings.steps;
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
    }
    cells[place].seeds.push_back(run.spec.seed);
    accuracies[place].push_back(kept->val_accuracy);
  }
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i].accuracy = stats::summarise(accuracies[i]);
  return cells;
}

}  // namespace ersatz::analysis
