#include "analysis/budget_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "study/ladder_state.hpp"

namespace ersatz::analysis {
namespace {

using Arm = std::pair<std::string, std::string>;

Arm arm_of(const study::RunRecord& run) { return {run.spec.classifier, run.spec.train_on.name}; }

std::string number(std::int64_t steps) { return format_count(static_cast<std::uint64_t>(steps)); }

// The largest of `budgets` that all arms have; the largest where there is none.
std::int64_t largest_common(const std::set<std::int64_t>& budgets, const std::map<Arm, std::set<std::int64_t>>& arms) {
  for (auto steps = budgets.rbegin(); steps != budgets.rend(); ++steps) {
    if (std::ranges::all_of(arms, [&](const auto& arm) { return arm.second.contains(*steps); })) return *steps;
  }
  return *budgets.rbegin();
}

}  // namespace

BudgetView choose_budget(const std::filesystem::path& out, const study::StudyRecord& study,
                         std::vector<study::RunRecord>& runs, std::optional<std::int64_t> steps) {
  std::set<std::int64_t> budgets;
  std::map<Arm, std::set<std::int64_t>> arms;
  for (const study::RunRecord& run : runs) {
    if (!run.spec.settings.steps) continue;
    budgets.insert(*run.spec.settings.steps);
    arms[arm_of(run)].insert(*run.spec.settings.steps);
  }
  if (steps && !budgets.contains(*steps)) {
    std::vector<std::string> there;
    for (const std::int64_t budget : budgets) there.push_back(number(budget));
    throw Error(fmt::format("no finished run has {} steps", number(*steps)),
                there.empty() ? "the study has no budget of steps" : "there are runs of " + join_words(there));
  }
  BudgetView view;
  if (study.ladder) {
    const std::vector<study::Climb> climbs = study::read_climbs(out, *study.ladder);
    for (std::size_t i = 0; i < climbs.size(); ++i) {
      const study::LadderArm& arm = study.ladder->arms[i];
      view.arms.push_back({arm.classifier, arm.train_on, study.ladder->rule.steps(climbs[i].chosen), climbs[i]});
    }
  }
  if (budgets.size() < 2 && !study.ladder) return view;
  view.budgets = {budgets.begin(), budgets.end()};
  if (view.budgets.empty()) return view;
  view.kind = study.ladder && !steps ? BudgetView::Kind::converged : BudgetView::Kind::equal;
  if (view.kind == BudgetView::Kind::equal) view.steps = steps.value_or(largest_common(budgets, arms));
  std::erase_if(runs, [&](const study::RunRecord& run) {
    if (view.kind == BudgetView::Kind::equal) return run.spec.settings.steps != view.steps;
    const auto arm = std::ranges::find_if(
        view.arms, [&](const ArmBudget& one) { return Arm(one.classifier, one.train_on) == arm_of(run); });
    return arm == view.arms.end() || run.spec.settings.steps != arm->steps;
  });
  return view;
}

}  // namespace ersatz::analysis
