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

}  // namespace

Resampling::Resampling(const ResultTable& table, const std::vector<const Cell*>& cells,
                       const stats::BootstrapOptions& options)
    : options_(options), seeds_(common_seeds(table, cells)) {
  if (seeds_.empty()) throw Error("the training sets that are compared have no seed in common");
  std::vector<std::vector<std::uint8_t>> correct;
  for (const Cell* cell : cells) {
    std::vector<double>& own = accuracy_.emplace_back();
    for (const std::uint64_t seed : seeds_) {
      const TestResult& result = result_of(table, *cell, seed);
      images_ = result.confusion.total();
      own.push_back(result.scores.accuracy);
      correct.push_back(correctness(result, table.truth.at(cell->test_on)));
    }
  }
  auto replicates = stats::replicate_accuracies(correct, options_);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const auto first = replicates.begin() + static_cast<std::ptrdiff_t>(c * seeds_.size());
    replicates_.emplace_back(std::make_move_iterator(first),
                             std::make_move_iterator(first + static_cast<std::ptrdiff_t>(seeds_.size())));
  }
}

stats::Interval Resampling::accuracy_interval(std::size_t cell) const {
  if (seeds_.size() > 1) return stats::t_interval(accuracy(cell));
  const double right = accuracy_.at(cell).front() * static_cast<double>(images_);
  return stats::wilson_interval(static_cast<std::uint64_t>(std::llround(right)), images_);
}

std::vector<double> Resampling::measured() const {
  std::vector<double> means;
  for (const auto& own : accuracy_) {
    means.push_back(std::accumulate(own.begin(), own.end(), 0.0) / static_cast<double>(own.size()));
  }
  return means;
}

std::vector<double> Resampling::replicate(std::size_t r) const {
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
