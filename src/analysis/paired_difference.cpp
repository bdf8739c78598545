#include "analysis/paired_difference.hpp"

#include "stats/mcnemar.hpp"
#include "stats/t_test.hpp"

namespace ersatz::analysis {

PairedDifference paired_difference(const Resampling& runs, std::size_t first, std::size_t second) {
  const std::vector<double>& a = runs.by_seed(first);
  const std::vector<double>& b = runs.by_seed(second);
  std::vector<double> differences;
  for (std::size_t s = 0; s < a.size(); ++s) differences.push_back(b[s] - a[s]);
  PairedDifference result;
  result.first = stats::summarise(a);
  result.second = stats::summarise(b);
  result.difference = stats::summarise(differences);
  result.detectable = stats::minimum_detectable_effect(result.difference.n, result.difference.sd);
  if (result.difference.n > 1) {
    const stats::TTest test = stats::paired_t_test(result.difference);
    result.interval = stats::within(test.interval, stats::kDifferences);
    result.p = test.p;
    return result;
  }
  result.interval =
      runs.interval([&](const std::vector<double>& accuracies) { return accuracies[second] - accuracies[first]; });
  result.p =
      stats::mcnemar(stats::discordant(runs.truth(), runs.run(first, 0).predicted, runs.run(second, 0).predicted)).p;
  return result;
}

std::optional<std::size_t> seeds_to_find(const PairedDifference& compared) {
  const stats::Summary& difference = compared.difference;
  if (difference.n < kFewSeeds || compared.p < 0.05 || difference.mean == 0 || difference.sd == 0) return std::nullopt;
  return stats::seeds_needed(difference.mean, difference.sd);
}

}  // namespace ersatz::analysis
