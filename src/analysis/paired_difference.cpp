#include "analysis/paired_difference.hpp"

#include "stats/mcnemar.hpp"
#include "stats/multiple.hpp"
#include "stats/power.hpp"

namespace ersatz::analysis {
namespace {

constexpr double kSignificance = 0.05, kPower = 0.8;

double of_each(const PairedDifference& compared) { return kSignificance / static_cast<double>(compared.family); }

void join(PairedDifference& one, std::size_t family) {
  one.family = family;
  one.simultaneous = stats::within(one.estimate.interval(stats::simultaneous_level(family)), stats::kDifferences);
  one.detectable = stats::detectable_effect(one.estimate, kPower, of_each(one));
}

}  // namespace

PairedDifference paired_difference(const CommonRuns& runs, std::size_t first, std::size_t second) {
  const std::vector<double>& a = runs.by_seed(first);
  const std::vector<double>& b = runs.by_seed(second);
  std::vector<double> differences;
  for (std::size_t s = 0; s < a.size(); ++s) differences.push_back(b[s] - a[s]);
  PairedDifference result;
  result.first = stats::summarise(a);
  result.second = stats::summarise(b);
  result.difference = stats::summarise(differences);
  result.estimate = runs.crossed().difference(first, second);
  result.interval = stats::within(result.estimate.interval(), stats::kDifferences);
  result.p = result.estimate.p();
  if (result.estimate.images_only()) {
    result.p =
        stats::mcnemar(stats::discordant(runs.truth(), runs.run(first, 0).predicted, runs.run(second, 0).predicted)).p;
  }
  join(result, 1);
  return result;
}

std::vector<double> as_family(const std::vector<PairedDifference*>& comparisons) {
  std::vector<double> p;
  for (PairedDifference* one : comparisons) {
    join(*one, comparisons.size());
    p.push_back(one->p);
  }
  return stats::holm(p);
}

bool as_well(const PairedDifference& compared) {
  return stats::is_equivalent(compared.estimate, kAsWell, of_each(compared));
}

std::optional<Outlook> outlook(const PairedDifference& compared) {
  const stats::CrossedEstimate& measured = compared.estimate;
  if (measured.seeds < kFewSeeds || compared.p < of_each(compared)) return std::nullopt;
  if (measured.mean == 0 || measured.standard_error == 0) return std::nullopt;
  return Outlook{stats::seeds_needed(measured, kPower, of_each(compared))};
}

}  // namespace ersatz::analysis
