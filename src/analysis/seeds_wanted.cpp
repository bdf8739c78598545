#include "analysis/seeds_wanted.hpp"

#include <algorithm>

#include "analysis/main_contrasts.hpp"
#include "analysis/real_source.hpp"
#include "stats/power.hpp"

namespace ersatz::analysis {

std::size_t SeedsWanted::to_ask() const { return std::clamp(needed, rule.asked, std::max(rule.asked, rule.most)); }

std::optional<SeedsWanted> seeds_wanted(const ResultTable& table) {
  if (!table.study.stages || !table.study.stages->seeds) return std::nullopt;
  SeedsWanted result;
  result.rule = *table.study.stages->seeds;
  for (const stats::CrossedEstimate& contrast : main_contrasts(table, real_source(table).name)) {
    ++result.contrasts;
    const double half_width = contrast.half_width();
    result.widest = std::max(result.widest, half_width);
    const bool wide = half_width > result.rule.half_width;
    if (wide) ++result.wide;
    const auto needed = stats::seeds_for_half_width(contrast, result.rule.half_width);
    if (needed) result.needed = std::max(result.needed, *needed);
    if (wide && !needed) ++result.hopeless;
  }
  if (result.contrasts == 0) return std::nullopt;
  return result;
}

}  // namespace ersatz::analysis
