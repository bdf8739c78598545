#include "report/metric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "stats/calibration.hpp"
#include "stats/influence.hpp"
#include "stats/roc.hpp"

namespace ersatz::report {
namespace {

using analysis::ResultTable;
using analysis::TestResult;
using Class = std::optional<std::size_t>;

Matrix probabilities_of(const TestResult& result) {
  try {
    return result.predictions.probabilities();
  } catch (const Error& problem) {
    throw Error(fmt::format("{} needs probabilities: {}", result.run_id, problem.what()),
                "a pack keeps them with ersatz pack --probabilities");
  }
}

std::vector<double> right_or_wrong(const ResultTable& table, const TestResult& result, Class) {
  const auto& truth = table.truth.at(result.test_on);
  std::vector<double> values(truth.size());
  stats::accuracy_values(truth, result.predicted, values);
  return values;
}

template <stats::Rate rate>
std::vector<double> of_rate(const ResultTable& table, const TestResult& result, Class c) {
  const auto& truth = table.truth.at(result.test_on);
  std::vector<double> values(truth.size());
  if (c) {
    stats::class_values(rate, *c, result.confusion, truth, result.predicted, values);
  } else {
    stats::macro_values(rate, result.confusion, truth, result.predicted, values);
  }
  return values;
}

template <double stats::ClassScores::*rate>
double rate_of(const TestResult& result, Class c) {
  return c ? result.scores.classes[*c].*rate : result.scores.macro.*rate;
}

using Fill = void (*)(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out);

template <Fill fill>
std::vector<double> of_probabilities(const ResultTable& table, const TestResult& result, Class) {
  const auto& truth = table.truth.at(result.test_on);
  std::vector<double> values(truth.size());
  fill(probabilities_of(result), truth, values);
  return values;
}

using Ranking = void (*)(std::span<const double> scores, std::span<const std::uint8_t> positive, std::span<double> out);

// Of one class against the others, by its probability; of all the mean over the classes that have images. Not a number
// where there is nothing on one side, and where a probability is none.
template <Ranking rank>
std::vector<double> of_ranking(const ResultTable& table, const TestResult& result, Class c) {
  const auto& truth = table.truth.at(result.test_on);
  const std::vector<bool> there = stats::classes_with_images(result.confusion);
  std::vector<double> values(truth.size(), 0);
  const auto classes = static_cast<double>(c ? 1 : std::ranges::count(there, true));
  if (std::ranges::count(there, true) < 2 || (c && !there[*c]) || result.not_numbers > 0) {
    return std::vector<double>(truth.size(), std::numeric_limits<double>::quiet_NaN());
  }
  const Matrix probabilities = probabilities_of(result);
  std::vector<double> scores(truth.size()), own(truth.size());
  std::vector<std::uint8_t> positive(truth.size());
  for (std::size_t one = 0; one < there.size(); ++one) {
    if (!there[one] || (c && *c != one)) continue;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      scores[i] = probabilities.row(i)[one];
      positive[i] = truth[i] == static_cast<std::int32_t>(one) ? 1 : 0;
    }
    rank(scores, positive, own);
    for (std::size_t i = 0; i < truth.size(); ++i) values[i] += own[i] / classes;
  }
  return values;
}

void top_two_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out) {
  stats::top_k_values(probabilities, truth, out, 2);
}

void calibration_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out) {
  stats::calibration_values(probabilities, truth, out);
}

}  // namespace

const std::vector<Metric>& metrics() {
  using stats::ClassScores, stats::Rate, stats::kShares;
  constexpr double kNoEnd = std::numeric_limits<double>::infinity();
  static const std::vector<Metric> all{
      {"accuracy", kShares, false, right_or_wrong, [](const TestResult& r, Class) { return r.scores.accuracy; }},
      {"f1", kShares, true, of_rate<Rate::f1>, rate_of<&ClassScores::f1>},
      {"precision", kShares, true, of_rate<Rate::precision>, rate_of<&ClassScores::precision>},
      {"recall", kShares, true, of_rate<Rate::recall>, rate_of<&ClassScores::recall>},
      {"balanced_accuracy", kShares, false, of_rate<Rate::recall>, rate_of<&ClassScores::recall>},
      {"auc", kShares, true, of_ranking<stats::roc_area_values>, nullptr},
      {"ap", kShares, true, of_ranking<stats::average_precision_values>, nullptr},
      {"top2", kShares, false, of_probabilities<top_two_values>, nullptr},
      {"nll", {0, kNoEnd}, false, of_probabilities<stats::likelihood_values>, nullptr},
      {"brier", {0, 2}, false, of_probabilities<stats::brier_values>, nullptr},
      {"ece", kShares, false, of_probabilities<calibration_values>, nullptr},
  };
  return all;
}

}  // namespace ersatz::report
