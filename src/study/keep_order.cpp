#include "study/keep_order.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "data/apportionment.hpp"

namespace ersatz::study {
namespace {

using Places = std::vector<std::uint32_t>;

// Those that are ranked together: of each class, or all.
std::vector<Places> groups(const Keep& keep, std::span<const std::int32_t> labels) {
  std::map<std::int32_t, Places> members;
  for (std::uint32_t i = 0; i < labels.size(); ++i) members[keep.per_class ? labels[i] : 0].push_back(i);
  std::vector<Places> result;
  for (auto& [label, places] : members) result.push_back(std::move(places));
  return result;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

std::size_t kept_of(std::size_t images, double share) {
  return static_cast<std::size_t>(std::llround(share * static_cast<double>(images)));
}

std::vector<std::size_t> kept_of_classes(const std::vector<std::size_t>& sizes, double share) {
  const std::size_t all = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  std::vector<std::size_t> kept(sizes.size(), 0);
  if (all == 0) return kept;
  std::vector<data::Ramp> parts;
  for (const std::size_t size : sizes) {
    const double part = static_cast<double>(size) / static_cast<double>(all);
    parts.push_back({part, part});
  }
  const data::Apportionment divided(std::move(parts), static_cast<std::int64_t>(kept_of(all, share)), 1);
  std::ranges::transform(divided.counts(), kept.begin(), [](std::int64_t n) { return static_cast<std::size_t>(n); });
  return kept;
}

std::vector<double> probability_scores(const Keep& keep, const Matrix& probabilities,
                                       std::span<const std::int32_t> labels) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = probabilities.row(i);
    const double own = row[static_cast<std::size_t>(labels[i])];
    scores.push_back(keep.by == KeepBy::confidence ? *std::ranges::max_element(row) : own);
  }
  if (keep.by == KeepBy::hardest) {
    for (double& score : scores) score = -score;
  } else if (keep.by == KeepBy::middle) {
    for (const Places& group : groups(keep, labels)) {
      std::vector<double> values;
      for (const std::uint32_t i : group) values.push_back(scores[i]);
      const double centre = median(std::move(values));
      for (const std::uint32_t i : group) scores[i] = -std::abs(scores[i] - centre);
    }
  }
  return scores;
}

Places kept_places(const Keep& keep, const std::vector<double>& scores, std::span<const std::int32_t> labels) {
  std::vector<Places> ranked = groups(keep, labels);
  std::vector<std::size_t> sizes;
  for (const Places& group : ranked) sizes.push_back(group.size());
  const std::vector<std::size_t> counts = kept_of_classes(sizes, keep.share);
  Places kept;
  for (std::size_t g = 0; g < ranked.size(); ++g) {
    std::ranges::stable_sort(ranked[g], [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
    kept.insert(kept.end(), ranked[g].begin(), ranked[g].begin() + static_cast<std::ptrdiff_t>(counts[g]));
  }
  std::ranges::sort(kept);
  return kept;
}

}  // namespace ersatz::study
