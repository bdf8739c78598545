#include "study/plan_ladder.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "study/ladder_state.hpp"

namespace ersatz::study {
namespace {

// Leaves those runs to be asked for, in their order, and the others for later, in plan order.
void ask_for(Plan& plan, const std::vector<std::string>& ids) {
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
  for (const std::string& id : ids) take(id, plan.runs);
  for (const LadderArm& arm : plan.ladder->arms) {
    for (const auto& rung : arm.runs) {
      for (const std::string& id : rung) take(id, plan.later);
    }
  }
}

}  // namespace

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
        plan.runs[at].longer = LongerRun{next.id, next.method};
      }
    }
  }
  ask_for(plan, runs_asked_for(ladder, std::vector<Climb>(ladder.arms.size())));
}

bool ask_for_more(Plan& plan, const std::filesystem::path& out) {
  if (!plan.ladder) return false;
  const auto contains = [](const std::vector<PlannedRun>& runs, const std::string& id) {
    return std::ranges::any_of(runs, [&](const PlannedRun& run) { return run.id == id; });
  };
  const std::vector<std::string> ids = runs_asked_for(*plan.ladder, read_climbs(out, *plan.ladder));
  const bool more = std::ranges::any_of(ids, [&](const std::string& id) { return contains(plan.later, id); });
  ask_for(plan, ids);
  return more;
}

Plan with_all_rungs(Plan plan) {
  std::ranges::move(plan.later, std::back_inserter(plan.runs));
  plan.later.clear();
  return plan;
}

}  // namespace ersatz::study
