#include "stats/roc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
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

void require_same_length(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  if (scores.size() != positive.size()) {
    throw Error(fmt::format("{} scores cannot have {} groups", scores.size(), positive.size()));
  }
  if (std::ranges::any_of(scores, [](double score) { return std::isnan(score); })) {
    throw Error("a score is not a number");
  }
}

// Of each score the share of the other group on its right side: DeLong's components, positives first.
struct Shares {
  std::vector<double> of[2];
  std::vector<std::size_t> places[2];  // in the list of scores
};

Shares shares_of(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  require_same_length(scores, positive);
  Shares shares;
  std::vector<double> all, groups[2];
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::size_t g = positive[i] != 0 ? 0 : 1;
    groups[g].push_back(scores[i]);
    shares.places[g].push_back(i);
  }
  for (const auto& group : groups) {
    if (group.empty()) throw Error("an area under the ROC curve takes two groups");
    all.insert(all.end(), group.begin(), group.end());
  }
  const auto m = static_cast<double>(groups[0].size()), n = static_cast<double>(groups[1].size());
  const std::vector<double> ranks = mid_ranks(all);
  for (std::size_t g = 0; g < 2; ++g) {
    const std::vector<double> own = mid_ranks(groups[g]);
    for (std::size_t i = 0; i < own.size(); ++i) {
      const double below = ranks[(g == 0 ? 0 : groups[0].size()) + i] - own[i];
      shares.of[g].push_back(g == 0 ? below / n : 1 - below / m);
    }
  }
  return shares;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// A list of scores with its groups of equal ones, the largest first.
struct Thresholds {
  struct Group {
    std::vector<std::size_t> places;
    double above = 0, positive_above = 0;  // as many score at least as much, and are positive
  };
  std::vector<Group> groups;
  double positives = 0;
};

Thresholds thresholds_of(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  require_same_length(scores, positive);
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, std::greater(), [&](std::size_t i) { return scores[i]; });
  Thresholds all;
  double above = 0;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    Thresholds::Group& group = all.groups.emplace_back();
    while (end < order.size() && scores[order[end]] == scores[order[begin]]) {
      group.places.push_back(order[end]);
      all.positives += positive[order[end]] != 0 ? 1 : 0;
      ++above, ++end;
    }
    group.above = above;
    group.positive_above = all.positives;
  }
  if (all.positives == 0) throw Error("an average precision takes a positive score");
  return all;
}

double average_precision(const Thresholds& all, std::span<const std::uint8_t> positive) {
  double sum = 0;
  for (const Thresholds::Group& group : all.groups) {
    for (const std::size_t i : group.places) sum += positive[i] != 0 ? group.positive_above / group.above : 0;
  }
  return sum / all.positives;
}

}  // namespace

RocArea roc_area(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  const Shares shares = shares_of(scores, positive);
  RocArea found;
  found.positives = shares.of[0].size();
  found.negatives = shares.of[1].size();
  found.area = mean(shares.of[0]);
  const double spread = summarise(shares.of[0]).sd, other_spread = summarise(shares.of[1]).sd;
  found.se = std::sqrt(spread * spread / static_cast<double>(found.positives) +
                       other_spread * other_spread / static_cast<double>(found.negatives));
  return found;
}

void roc_area_values(std::span<const double> scores, std::span<const std::uint8_t> positive, std::span<double> out) {
  const Shares shares = shares_of(scores, positive);
  const double area = mean(shares.of[0]);
  for (std::size_t g = 0; g < 2; ++g) {
    const double weight = static_cast<double>(scores.size()) / static_cast<double>(shares.of[g].size());
    for (std::size_t i = 0; i < shares.of[g].size(); ++i) {
      out[shares.places[g][i]] = area + weight * (shares.of[g][i] - area);
    }
  }
}

double average_precision(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  return average_precision(thresholds_of(scores, positive), positive);
}

// With T positive ones of M that score at least as much as a positive one i, and P in all, the average is
// sum_i T_i / M_i / P. More weight on k changes P, its own term, and T and M of those that score no more than it.
void average_precision_values(std::span<const double> scores, std::span<const std::uint8_t> positive,
                              std::span<double> out) {
  const Thresholds all = thresholds_of(scores, positive);
  const double average = average_precision(all, positive);
  const auto n = static_cast<double>(scores.size());
  double per_image = 0, precision_per_image = 0;  // sums of 1 / M and T / M^2 over positive ones that score no more
  for (auto of_score = all.groups.rbegin(); of_score != all.groups.rend(); ++of_score) {  // Clang 14 has no views
    const Thresholds::Group& group = *of_score;
    const double precision = group.positive_above / group.above;
    const auto own =
        static_cast<double>(std::ranges::count_if(group.places, [&](std::size_t i) { return positive[i] != 0; }));
    per_image += own / group.above;
    precision_per_image += own * precision / group.above;
    for (const std::size_t i : group.places) {
      const double as_positive = positive[i] != 0 ? precision - average + per_image : 0;
      out[i] = average + n / all.positives * (as_positive - precision_per_image);
    }
  }
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
