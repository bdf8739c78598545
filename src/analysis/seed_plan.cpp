#include "analysis/seed_plan.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/whole_number.hpp"
#include "stats/power.hpp"

namespace ersatz::analysis {

std::optional<SeedPlan> seed_plan(std::span<const stats::CrossedEstimate> contrasts, double wanted) {
  SeedPlan plan;
  plan.wanted = wanted;
  std::vector<std::optional<std::size_t>> needed;
  for (const stats::CrossedEstimate& one : contrasts) {
    const auto seeds = stats::seeds_for_half_width(one, wanted);
    const double least = stats::least_half_width(one);
    if (!std::isfinite(least)) continue;
    plan.seeds = needed.empty() ? one.seeds : std::min(plan.seeds, one.seeds);
    plan.test_images = std::max(plan.test_images, one.images);
    needed.push_back(seeds);
    if (seeds) continue;
    ++plan.never;
    plan.least = std::max(plan.least, least);
  }
  if (needed.empty()) return std::nullopt;
  plan.comparisons = needed.size();
  std::ranges::sort(needed, [](const auto& a, const auto& b) { return a && (!b || *a < *b); });
  plan.middle = needed[needed.size() / 2];
  plan.most = needed.back();
  const double ratio = std::max(1.0, plan.least / wanted);
  plan.test_images_needed = clamp_to<std::size_t>(std::ceil(static_cast<double>(plan.test_images) * ratio * ratio));
  return plan;
}

}  // namespace ersatz::analysis
