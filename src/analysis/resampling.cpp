#include "analysis/resampling.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"

namespace ersatz::analysis {
namespace {

std::vector<std::uint8_t> correctness(const TestResult& result, const std::vector<std::int32_t>& truth) {
  std::vector<std::uint8_t> correct(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) correct[i] = result.predicted[i] == truth[i] ? 1 : 0;
  return correct;
}

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

Resampling::Resampling(std::vector<std::vector<const TestResult*>> sets, const std::vector<std::int32_t>& truth,
                       const stats::BootstrapOptions& options)
    : options_(options), sets_(std::move(sets)), truth_(truth) {
  if (sets_.empty() || sets_.front().empty()) throw Error("the training sets that are compared have no seed in common");
  for (const TestResult* run : sets_.front()) seeds_.push_back(run->seed);
  for (const auto& runs : sets_) {
    std::vector<double>& own = accuracy_.emplace_back();
    for (const TestResult* run : runs) own.push_back(run->scores.accuracy);
  }
}

Resampling::Resampling(const ResultTable& table, const std::vector<const Cell*>& cells,
                       const stats::BootstrapOptions& options)
    : Resampling(runs_of(table, cells), table.truth.at(cells.at(0)->test_on), options) {}

void Resampling::draw() const {
  std::vector<std::vector<std::uint8_t>> correct;
  for (const auto& runs : sets_) {
    for (const TestResult* run : runs) correct.push_back(correctness(*run, truth_));
  }
  auto replicates = stats::replicate_accuracies(correct, options_);
  for (std::size_t c = 0; c < sets_.size(); ++c) {
    const auto first = replicates.begin() + static_cast<std::ptrdiff_t>(c * seeds_.size());
    replicates_.emplace_back(std::make_move_iterator(first),
                             std::make_move_iterator(first + static_cast<std::ptrdiff_t>(seeds_.size())));
  }
}

stats::Interval Resampling::accuracy_interval(std::size_t cell) const {
  if (seeds_.size() > 1) return stats::within(stats::t_interval(accuracy(cell)), stats::kShares);
  const stats::Confusion& confusion = run(cell, 0).confusion;
  return stats::wilson_interval(confusion.correct(), confusion.total());
}

std::vector<double> Resampling::measured() const {
  std::vector<double> means;
  for (const auto& own : accuracy_) {
    means.push_back(std::accumulate(own.begin(), own.end(), 0.0) / static_cast<double>(own.size()));
  }
  return means;
}

std::vector<double> Resampling::replicate(std::size_t r) const {
  if (replicates_.empty()) draw();
  Random random(options_.seed, "bootstrap seeds", 0, r);
  const auto n = static_cast<std::uint32_t>(seeds_.size());
  std::vector<std::uint32_t> drawn(n);
  for (std::uint32_t& seed : drawn) seed = random.below(n);
  std::vector<double> means;
  for (const auto& own : replicates_) {
    double sum = 0;
    for (const std::uint32_t seed : drawn) sum += own[seed][r];
    means.push_back(sum / n);
  }
  return means;
}

stats::Interval Resampling::interval(const std::function<double(const std::vector<double>&)>& number) const {
  std::vector<double> values;
  for (std::size_t r = 0; r < replicates(); ++r) values.push_back(number(replicate(r)));
  std::ranges::sort(values);
  const auto end = [&](double share) {
    const auto last = static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(std::lround(share * last))];
  };
  return {end((1 - level()) / 2), end((1 + level()) / 2)};
}

}  // namespace ersatz::analysis
