#include "stats/classification.hpp"

#include <fmt/format.h>

#include <numeric>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

double ratio(std::uint64_t numerator, std::uint64_t denominator) {
  return denominator == 0 ? 0.0 : static_cast<double>(numerator) / static_cast<double>(denominator);
}

// numpy.average over some classes: the plain mean, or the sum of products divided by the sum of weights.
double average(const std::vector<ClassScores>& classes, const std::vector<bool>& averaged, double ClassScores::*score,
               bool weighted) {
  std::vector<double> values, weights;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (!averaged[c]) continue;
    weights.push_back(weighted ? static_cast<double>(classes[c].support) : 1.0);
    values.push_back(classes[c].*score * weights.back());
  }
  const double total = pairwise_sum(weights);
  return total == 0 ? 0.0 : pairwise_sum(values) / total;
}

}  // namespace

std::uint64_t Confusion::total() const { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); }

std::uint64_t Confusion::correct() const {
  std::uint64_t sum = 0;
  for (std::size_t c = 0; c < classes; ++c) sum += at(c, c);
  return sum;
}

std::vector<double> Confusion::normalised_row(std::size_t truth) const {
  std::uint64_t sum = 0;
  for (std::size_t p = 0; p < classes; ++p) sum += at(truth, p);
  std::vector<double> shares(classes);
  for (std::size_t p = 0; p < classes; ++p) shares[p] = ratio(at(truth, p), sum);
  return shares;
}

std::vector<std::int32_t> argmax_rows(const Matrix& probabilities) {
  std::vector<std::int32_t> labels(probabilities.rows);
  for (std::size_t i = 0; i < probabilities.rows; ++i) {
    const auto row = probabilities.row(i);
    std::size_t best = 0;
    for (std::size_t c = 1; c < row.size(); ++c) {
      // The first test lets a number win over a NaN in column 0.
      if (row[c] > row[best] || (row[best] != row[best] && row[c] == row[c])) best = c;
    }
    labels[i] = static_cast<std::int32_t>(best);
  }
  return labels;
}

Confusion confusion_matrix(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                           std::size_t classes) {
  if (truth.size() != predicted.size()) {
    throw Error(fmt::format("confusion_matrix: {} labels but {} predictions", truth.size(), predicted.size()));
  }
  Confusion confusion{classes, std::vector<std::uint64_t>(classes * classes)};
  const auto check = [&](std::int32_t label, std::size_t i) {
    if (label >= 0 && static_cast<std::size_t>(label) < classes) return static_cast<std::size_t>(label);
    throw Error(fmt::format("confusion_matrix: label {} of image {} is none of the {} classes", label, i, classes));
  };
  for (std::size_t i = 0; i < truth.size(); ++i) {
    ++confusion.counts[check(truth[i], i) * classes + check(predicted[i], i)];
  }
  return confusion;
}

std::vector<bool> classes_with_images(const Confusion& confusion) {
  std::vector<bool> with(confusion.classes, false);
  for (std::size_t t = 0; t < confusion.classes; ++t) {
    for (std::size_t p = 0; p < confusion.classes; ++p) with[t] = with[t] || confusion.at(t, p) > 0;
  }
  return with;
}

ClassificationScores classification_scores(const Confusion& confusion, const std::vector<bool>& averaged) {
  const std::size_t n = confusion.classes;
  std::vector<std::uint64_t> support(n), called(n);
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t p = 0; p < n; ++p) {
      support[t] += confusion.at(t, p);
      called[p] += confusion.at(t, p);
    }
  }
  ClassificationScores scores;
  for (std::size_t c = 0; c < n; ++c) {
    ClassScores one{ratio(confusion.at(c, c), called[c]), ratio(confusion.at(c, c), support[c]), 0, support[c]};
    const double sum = one.precision + one.recall;
    one.f1 = sum == 0 ? 0.0 : 2 * one.precision * one.recall / sum;
    scores.classes.push_back(one);
  }
  scores.accuracy = ratio(confusion.correct(), confusion.total());
  const std::vector<bool> counted = averaged.empty() ? std::vector<bool>(n, true) : averaged;
  const auto averages = [&](bool weighted) {
    return ClassScores{average(scores.classes, counted, &ClassScores::precision, weighted),
                       average(scores.classes, counted, &ClassScores::recall, weighted),
                       average(scores.classes, counted, &ClassScores::f1, weighted), confusion.total()};
  };
  scores.macro = averages(false);
  scores.weighted = averages(true);
  return scores;
}

double pairwise_sum(std::span<const double> values) {
  const std::size_t n = values.size();
  if (n < 8) return std::accumulate(values.begin(), values.end(), 0.0);
  if (n > 128) {
    std::size_t half = n / 2;
    half -= half % 8;
    return pairwise_sum(values.first(half)) + pairwise_sum(values.subspan(half));
  }
  double sums[8];
  for (std::size_t k = 0; k < 8; ++k) sums[k] = values[k];
  std::size_t i = 8;
  for (; i < n - n % 8; i += 8) {
    for (std::size_t k = 0; k < 8; ++k) sums[k] += values[i + k];
  }
  double total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; i < n; ++i) total += values[i];
  return total;
}

}  // namespace ersatz::stats
