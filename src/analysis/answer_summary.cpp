#include "analysis/answer_summary.hpp"

#include <algorithm>
#include <cmath>

namespace ersatz::analysis {

std::vector<DifferingMixtures> differing_mixtures(const Answer& answer) {
  std::vector<DifferingMixtures> classifiers;
  for (const Gain& gain : answer.gains.gains) {
    if (!gain.change || gain.added == 0 || !gain.mixture.only_mixed()) continue;
    auto found = std::ranges::find(classifiers, gain.title, &DifferingMixtures::title);
    if (found == classifiers.end()) found = classifiers.insert(found, {gain.title});
    ++found->all;
    found->seeds = gain.seeds;
    if (gain.p_holm < 0.05) ++(gain.change->difference.mean > 0 ? found->up : found->down);
  }
  return classifiers;
}

std::optional<Detectable> detectable(const Answer& answer) {
  std::vector<double> differences;
  Detectable result;
  for (const Gain& gain : answer.gains.gains) {
    if (!gain.change || !std::isfinite(gain.change->detectable)) continue;
    differences.push_back(gain.change->detectable);
    result.seeds = gain.seeds;
  }
  if (differences.empty()) return std::nullopt;
  std::ranges::sort(differences);
  result.comparisons = differences.size();
  result.least = differences.front();
  result.middle = differences[differences.size() / 2];
  result.most = differences.back();
  return result;
}

}  // namespace ersatz::analysis
