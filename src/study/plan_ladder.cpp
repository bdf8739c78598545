#include "study/plan_ladder.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "study/ladder_state.hpp"
#include "study/plan_stages.hpp"
#include "train/handover.hpp"

namespace ersatz::study {
namespace {

// Leaves the runs to be asked for that the arms have come to, and for later those that they may come to; in plan order.
void ask_for(Plan& plan, const std::vector<Climb>& climbs) {
  std::map<std::string, PlannedRun> all;
  for (auto* runs : {&plan.runs, &plan.later}) {
    for (PlannedRun& run : *runs) {
      std::string id = run.id;
      all.emplace(std::move(id), std::move(run));
    }
    runs->clear();
  }
  const auto take = [&](const std::string& id, std::vector<PlannedRun>& into) {
    const auto found = all.find(id);
    if (found == all.end()) return;
    into.push_back(std::move(found->second));
    all.erase(found);
  };
  for (const std::string& id : runs_asked_for(*plan.ladder, climbs)) take(id, plan.runs);
  for (std::size_t arm = 0; arm < climbs.size(); ++arm) {
    if (climbs[arm].verdict != Climb::Verdict::climbing) continue;
    for (const auto& rung : plan.ladder->arms[arm].runs) {
      for (const std::string& id : rung) take(id, plan.later);
    }
  }
}

}  // namespace

// Whatever goes by the share of all steps that is made - an averaging, a whitening, phases, shares that change - makes
// others.
bool repeats_steps(const PlannedRun& longer, const PlannedRun& shorter) {
  const models::Method& method = shorter.method;
  return train::parting_step(method, longer.method) && !method.averaging && !method.whitening &&
         shorter.spec.train_on.use.is_usual();
}

void make_ladder(Plan& plan, const LadderRule& rule, std::size_t seeds) {
  const auto rungs = static_cast<std::size_t>(rule.rungs);
  Ladder& ladder = plan.ladder.emplace();
  ladder.rule = rule;
  for (std::size_t first = 0; first < plan.runs.size(); first += rungs * seeds) {
    const RunSpec& spec = plan.runs[first].spec;
    LadderArm& arm = ladder.arms.emplace_back(LadderArm{spec.classifier, spec.train_on.name, {}});
    for (std::size_t rung = 0; rung < rungs; ++rung) {
      auto& ids = arm.runs.emplace_back();
      for (std::size_t seed = 0; seed < seeds; ++seed) {
        const std::size_t at = first + rung * seeds + seed;
        ids.push_back(plan.runs[at].id);
        if (rung + 1 == rungs) continue;
        const PlannedRun& next = plan.runs[at + seeds];
        if (repeats_steps(next, plan.runs[at])) plan.runs[at].longer = LongerRun{next.id, next.method};
      }
    }
  }
  plan.arm_costs.resize(ladder.arms.size());
  for (const PlannedRun& run : plan.runs) plan.arm_costs[run.arm] += run.cost;
  ask_for(plan, std::vector<Climb>(ladder.arms.size()));
}

bool ask_for_more(Plan& plan, const std::filesystem::path& out) {
  if (plan.stages) return ask_for_more_stages(plan, out);
  if (!plan.ladder) return false;
  const auto contains = [](const std::vector<PlannedRun>& runs, const std::string& id) {
    return std::ranges::any_of(runs, [&](const PlannedRun& run) { return run.id == id; });
  };
  const std::vector<Climb> climbs = read_climbs(out, *plan.ladder);
  const std::vector<std::string> ids = runs_asked_for(*plan.ladder, climbs);
  const bool more = std::ranges::any_of(ids, [&](const std::string& id) { return contains(plan.later, id); });
  ask_for(plan, climbs);
  return more;
}

Plan with_all_rungs(Plan plan) {
  std::ranges::move(plan.later, std::back_inserter(plan.runs));
  plan.later.clear();
  return plan;
}

}  // namespace ersatz::study
