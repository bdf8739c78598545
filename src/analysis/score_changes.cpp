#include "analysis/score_changes.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "analysis/common_runs.hpp"
#include "stats/calibration.hpp"
#include "stats/multiple.hpp"

namespace ersatz::analysis {
namespace {

// Two cells of a classifier that are set against each other.
struct Pair {
  std::size_t before, after;
};

std::vector<Pair> pairs_of(const std::vector<MixtureCell>& cells, const std::string& source) {
  std::vector<Pair> pairs;
  for (std::size_t after = 0; after < cells.size(); ++after) {
    const Mixture& mixture = cells[after].mixture;
    if (!mixture.only_mixed() || mixture.total() == mixture.of(source)) continue;
    for (std::size_t before = 0; before < cells.size(); ++before) {
      const Mixture& alone = cells[before].mixture;
      if (alone.is_plain(source) && alone.total() == mixture.of(source)) pairs.push_back({before, after});
    }
  }
  return pairs;
}

bool has_probabilities(const ResultTable& table, const Cell& cell) {
  return std::ranges::all_of(cell.results, [&](std::size_t i) {
    const TestResult& run = table.results[i];
    return run.not_numbers == 0 && std::filesystem::exists(run.predictions.file());
  });
}

/// The scores of one classifier's training sets.
class Scores {
 public:
  Scores(const ResultTable& table, std::vector<MixtureCell> cells, std::vector<Pair> pairs)
      : cells_(std::move(cells)), pairs_(std::move(pairs)), runs_(table, pointers(cells_)), errors_(cells_.size()) {
    for (auto& of_cell : errors_) of_cell.resize(runs_.seeds().size());
    const std::size_t images = runs_.truth().size();
    // Two values an image, log loss and Brier score, as two cells each: they are asked for one after the other.
    std::vector<double> brier(images);
    scores_.emplace(2 * cells_.size(), runs_.seeds().size(), images,
                    [&](std::size_t which, std::size_t seed, std::span<double> out) {
                      if (which % 2 == 1) {
                        std::ranges::copy(brier, out.begin());
                        return;
                      }
                      const Matrix probabilities = runs_.run(which / 2, seed).predictions.probabilities();
                      stats::likelihood_values(probabilities, runs_.truth(), out);
                      stats::brier_values(probabilities, runs_.truth(), brier);
                      errors_[which / 2][seed] = stats::expected_calibration_error(probabilities, runs_.truth());
                    });
  }

  std::size_t comparisons() const { return pairs_.size(); }

  // `levels` of the intervals of accuracies and of scores.
  void add_trades(const std::string& source, double accuracies, double scores, std::vector<Trade>& trades) const {
    for (const Pair& pair : pairs_) {
      const auto& [mixture, cell] = cells_[pair.after];
      const stats::CrossedEstimate accuracy = runs_.crossed().difference(pair.before, pair.after);
      Trade trade{cell->classifier,
                  cell->title,
                  mixture,
                  mixture.of(source),
                  runs_.seeds().size(),
                  accuracy.mean,
                  accuracy.interval(accuracies),
                  {}};
      trade.interval = stats::within(trade.interval, stats::kDifferences);
      for (const ScoreChange& change : {of_images(Score::log_loss, pair, 0, scores),
                                        of_images(Score::brier, pair, 1, scores), of_calibration(pair, scores)}) {
        const bool worse = change.interval.low > 0, better = change.interval.high < 0;
        if (trade.lost() ? better : worse) trade.scores.push_back(change);
      }
      if (!trade.scores.empty()) trades.push_back(std::move(trade));
    }
  }

 private:
  static std::vector<const Cell*> pointers(const std::vector<MixtureCell>& cells) {
    std::vector<const Cell*> list;
    for (const MixtureCell& cell : cells) list.push_back(cell.cell);
    return list;
  }

  ScoreChange of_images(Score score, const Pair& pair, std::size_t place, double level) const {
    const std::size_t before = 2 * pair.before + place, after = 2 * pair.after + place;
    return {score, scores_->cell(before).mean, scores_->cell(after).mean,
            scores_->difference(before, after).interval(level)};
  }

  ScoreChange of_calibration(const Pair& pair, double level) const {
    const std::vector<double>&before = errors_[pair.before], &after = errors_[pair.after];
    std::vector<double> differences;
    for (std::size_t s = 0; s < before.size(); ++s) differences.push_back(after[s] - before[s]);
    return {Score::calibration_error, stats::summarise(before).mean, stats::summarise(after).mean,
            stats::t_interval(stats::summarise(differences), level)};
  }

  std::vector<MixtureCell> cells_;
  std::vector<Pair> pairs_;
  CommonRuns runs_;
  std::vector<std::vector<double>> errors_;  // calibration errors [cells][seeds]
  std::optional<stats::Crossed> scores_;
};

}  // namespace

std::vector<Trade> trades(const ResultTable& table, const std::string& source) {
  std::vector<Scores> classifiers;
  std::size_t comparisons = 0;
  for (const std::string& classifier : classifiers_of(table)) {
    std::vector<MixtureCell> cells = mixture_cells(table, classifier, source);
    const std::vector<Pair> all = pairs_of(cells, source);
    // Only what is compared is read.
    std::vector<MixtureCell> compared;
    std::vector<Pair> pairs;
    const auto place = [&](std::size_t i) {
      const auto known = std::ranges::find(compared, cells[i].cell, &MixtureCell::cell);
      const auto at = static_cast<std::size_t>(known - compared.begin());
      if (known == compared.end()) compared.push_back(cells[i]);
      return at;
    };
    for (const Pair& pair : all) {
      const std::size_t before = place(pair.before);
      pairs.push_back({before, place(pair.after)});
    }
    const auto whole = [&](const MixtureCell& one) { return has_probabilities(table, *one.cell); };
    if (pairs.empty() || !std::ranges::all_of(compared, whole)) continue;
    std::vector<const Cell*> list;
    for (const MixtureCell& one : compared) list.push_back(one.cell);
    if (common_seeds(table, list).empty()) continue;
    classifiers.emplace_back(table, std::move(compared), std::move(pairs));
    comparisons += classifiers.back().comparisons();
  }
  std::vector<Trade> found;
  constexpr std::size_t kScores = 3;
  for (const Scores& one : classifiers) {
    one.add_trades(source, stats::simultaneous_level(comparisons), stats::simultaneous_level(kScores * comparisons),
                   found);
  }
  return found;
}

}  // namespace ersatz::analysis
