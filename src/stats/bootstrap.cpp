#include "stats/bootstrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/vectorised.hpp"

namespace ersatz::stats {
namespace {

// Each image's place in the confusion matrix; labels are checked here, once.
std::vector<std::uint32_t> confusion_cells(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                                           std::size_t classes) {
  confusion_matrix(truth, predicted, classes);
  std::vector<std::uint32_t> cells(truth.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = static_cast<std::uint32_t>(truth[i]) * static_cast<std::uint32_t>(classes) +
               static_cast<std::uint32_t>(predicted[i]);
  }
  return cells;
}

Confusion count_cells(std::span<const std::uint32_t> cells, std::size_t classes,
                      std::span<const std::uint32_t> counts) {
  Confusion confusion{classes, std::vector<std::uint64_t>(classes * classes)};
  for (std::size_t i = 0; i < cells.size(); ++i) confusion.counts[cells[i]] += counts[i];
  return confusion;
}

void draw(std::span<std::uint32_t> counts, std::uint64_t seed, std::uint32_t replicate) {
  std::fill(counts.begin(), counts.end(), 0U);
  const auto n = static_cast<std::uint32_t>(counts.size());
  Random random(seed, "bootstrap", 0, replicate);
  for (std::uint32_t i = 0; i < n; ++i) ++counts[random.below(n)];
}

// At most n < 2^32 in all, so 32 bits hold the sum.
[[gnu::always_inline]] inline std::uint32_t count_correct(const std::uint32_t* __restrict counts,
                                                          const std::uint8_t* __restrict correct, std::size_t n) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += counts[i] * correct[i];
  return sum;
}

void check_size(std::size_t n) {
  if (n == 0) throw Error("bootstrap: there is no image to draw");
  if (n > std::numeric_limits<std::uint32_t>::max()) throw Error(fmt::format("bootstrap: {} are too many images", n));
}

double sorted_quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  // From the nearer end, as numpy does.
  const double rest = place - static_cast<double>(below), step = sorted[below + 1] - sorted[below];
  return rest < 0.5 ? sorted[below] + step * rest : sorted[below + 1] - step * (1 - rest);
}

void sort_for_quantiles(std::vector<double>& values) {
  if (values.empty()) throw Error("an interval of no replicates");
  if (std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) {
    throw Error("an interval of replicates that are not numbers");
  }
  std::sort(values.begin(), values.end());
}

Estimate estimate(double value, const std::vector<double>& replicates, double level) {
  return {value, summarise(replicates).sd, percentile_interval(replicates, level)};
}

}  // namespace

std::vector<std::uint32_t> resample_counts(std::size_t n, std::uint64_t seed, std::uint32_t replicate) {
  check_size(n);
  std::vector<std::uint32_t> counts(n);
  draw(counts, seed, replicate);
  return counts;
}

Confusion resampled_confusion(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                              std::size_t classes, std::span<const std::uint32_t> counts) {
  if (counts.size() != truth.size()) {
    throw Error(fmt::format("bootstrap: {} labels but {} counts", truth.size(), counts.size()));
  }
  return count_cells(confusion_cells(truth, predicted, classes), classes, counts);
}

std::vector<ReplicateScores> replicate_scores(std::span<const std::int32_t> truth,
                                              std::span<const std::span<const std::int32_t>> predicted,
                                              std::size_t classes, const BootstrapOptions& options) {
  check_size(truth.size());
  if (options.replicates == 0) throw Error("bootstrap: 0 replicates");
  std::vector<std::vector<std::uint32_t>> cells;
  for (const auto& labels : predicted) cells.push_back(confusion_cells(truth, labels, classes));
  std::vector<ReplicateScores> scores(predicted.size());
  const std::vector<bool> averaged = classes_with_images(confusion_matrix(truth, truth, classes));
  std::vector<std::uint32_t> counts(truth.size());
  for (std::size_t r = 0; r < options.replicates; ++r) {
    draw(counts, options.seed, static_cast<std::uint32_t>(r));
    for (std::size_t model = 0; model < cells.size(); ++model) {
      const auto one = classification_scores(count_cells(cells[model], classes, counts), averaged);
      scores[model].accuracy.push_back(one.accuracy);
      scores[model].macro_f1.push_back(one.macro.f1);
    }
  }
  return scores;
}

std::vector<std::vector<double>> replicate_accuracies(const std::vector<std::vector<std::uint8_t>>& correct,
                                                      const BootstrapOptions& options) {
  if (correct.empty()) return {};
  const std::size_t n = correct.front().size();
  check_size(n);
  if (options.replicates == 0) throw Error("bootstrap: 0 replicates");
  for (const auto& model : correct) {
    if (model.size() != n) throw Error(fmt::format("bootstrap: models of {} and of {} images", n, model.size()));
  }
  std::vector<std::vector<double>> accuracies(correct.size());
  std::vector<std::uint32_t> counts(n);
  for (std::size_t r = 0; r < options.replicates; ++r) {
    draw(counts, options.seed, static_cast<std::uint32_t>(r));
    for (std::size_t model = 0; model < correct.size(); ++model) {
      const std::uint64_t right = vectorised<count_correct>(counts.data(), correct[model].data(), n);
      accuracies[model].push_back(static_cast<double>(right) / static_cast<double>(n));
    }
  }
  return accuracies;
}

Interval percentile_interval(std::vector<double> replicates, double level) {
  if (!(level > 0 && level < 1)) throw Error(fmt::format("a confidence level lies between 0 and 1, not at {}", level));
  sort_for_quantiles(replicates);
  return {sorted_quantile(replicates, (1 - level) / 2), sorted_quantile(replicates, (1 + level) / 2)};
}

ScoreEstimates bootstrap_scores(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                                std::size_t classes, const BootstrapOptions& options) {
  const auto replicates = replicate_scores(truth, std::array{predicted}, classes, options);
  const Confusion confusion = confusion_matrix(truth, predicted, classes);
  const auto scores = classification_scores(confusion, classes_with_images(confusion));
  return {estimate(scores.accuracy, replicates[0].accuracy, options.level),
          estimate(scores.macro.f1, replicates[0].macro_f1, options.level)};
}

}  // namespace ersatz::stats
