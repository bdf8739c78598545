#include "stats/roc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/error.hpp"

namespace ersatz::stats {
namespace {

// Ranks from 1; equal values share the mean of theirs.
std::vector<double> mid_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = static_cast<double>(begin + end + 1) / 2;
  }
  return ranks;
}

}  // namespace

RocArea roc_area(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  if (scores.size() != positive.size()) {
    throw Error(fmt::format("{} scores cannot have {} groups", scores.size(), positive.size()));
  }
  // Positives first.
  std::vector<double> all, groups[2];
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) throw Error("a score is not a number");
    groups[positive[i] != 0 ? 0 : 1].push_back(scores[i]);
  }
  for (const auto& group : groups) {
    if (group.empty()) throw Error("an area under the ROC curve takes two groups");
    all.insert(all.end(), group.begin(), group.end());
  }
  const auto m = static_cast<double>(groups[0].size()), n = static_cast<double>(groups[1].size());
  const std::vector<double> ranks = mid_ranks(all);
  // Of each one the share of the other group on its right side.
  std::vector<double> shares[2];
  for (std::size_t g = 0; g < 2; ++g) {
    const std::vector<double> own = mid_ranks(groups[g]);
    for (std::size_t i = 0; i < own.size(); ++i) {
      const double below = ranks[(g == 0 ? 0 : groups[0].size()) + i] - own[i];
      shares[g].push_back(g == 0 ? below / n : 1 - below / m);
    }
  }
  RocArea found;
  found.positives = groups[0].size();
  found.negatives = groups[1].size();
  found.area = std::accumulate(shares[0].begin(), shares[0].end(), 0.0) / m;
  const double spread = summarise(shares[0]).sd, other_spread = summarise(shares[1]).sd;
  found.se = std::sqrt(spread * spread / m + other_spread * other_spread / n);
  return found;
}

RocArea mean_area(std::span<const RocArea> areas) {
  RocArea mean{0, 0, 0, 0};
  for (const RocArea& area : areas) {
    mean.area += area.area;
    mean.se += area.se * area.se;
    mean.positives += area.positives;
    mean.negatives += area.negatives;
  }
  mean.area /= static_cast<double>(areas.size());
  mean.se = std::sqrt(mean.se) / static_cast<double>(areas.size());
  return mean;
}

Interval interval_of(const RocArea& area, double level) {
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + level / 2);
  const auto n = static_cast<double>(std::min(area.positives, area.negatives));
  const double half = std::max(z * area.se, z * z / (n + z * z));
  return within({area.area - half, area.area + half}, kShares);
}

}  // namespace ersatz::stats
