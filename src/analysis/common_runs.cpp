#include "analysis/common_runs.hpp"

#include "base/error.hpp"
#include "stats/influence.hpp"

namespace ersatz::analysis {
namespace {

std::vector<std::vector<const TestResult*>> runs_of(const ResultTable& table, const std::vector<const Cell*>& cells) {
  const std::vector<std::uint64_t> seeds = common_seeds(table, cells);
  std::vector<std::vector<const TestResult*>> sets;
  for (const Cell* cell : cells) {
    auto& runs = sets.emplace_back();
    for (const std::uint64_t seed : seeds) runs.push_back(&result_of(table, *cell, seed));
  }
  return sets;
}

}  // namespace

CommonRuns::CommonRuns(std::vector<std::vector<const TestResult*>> sets, const std::vector<std::int32_t>& truth)
    : sets_(std::move(sets)), truth_(truth) {
  if (sets_.empty() || sets_.front().empty()) throw Error("the training sets that are compared have no seed in common");
  for (const TestResult* run : sets_.front()) seeds_.push_back(run->seed);
  for (const auto& runs : sets_) {
    std::vector<double>& own = accuracy_.emplace_back();
    for (const TestResult* run : runs) own.push_back(run->scores.accuracy);
  }
}

CommonRuns::CommonRuns(const ResultTable& table, const std::vector<const Cell*>& cells)
    : CommonRuns(runs_of(table, cells), table.truth.at(cells.at(0)->test_on)) {}

std::vector<double> CommonRuns::measured() const {
  std::vector<double> means;
  for (std::size_t c = 0; c < sets_.size(); ++c) means.push_back(accuracy(c).mean);
  return means;
}

const stats::Crossed& CommonRuns::crossed() const {
  if (!crossed_) {
    crossed_ = crossed(
        [this](const TestResult& run, std::span<double> out) { stats::accuracy_values(truth_, run.predicted, out); });
  }
  return *crossed_;
}

stats::Crossed CommonRuns::crossed(const std::function<void(const TestResult&, std::span<double>)>& values) const {
  return stats::Crossed(
      sets_.size(), seeds_.size(), truth_.size(),
      [&](std::size_t cell, std::size_t seed, std::span<double> out) { values(run(cell, seed), out); });
}

}  // namespace ersatz::analysis
