#include "study/stages.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/json.hpp"
#include "study/image_use.hpp"

namespace ersatz::study {
namespace {

/// Puts an arm's runs together, each once.
class Asking {
 public:
  void add(const std::string& id, std::vector<std::string>& into) {
    if (seen_.insert(id).second) into.push_back(id);
  }
  void add(const std::vector<std::string>& ids, std::size_t seeds, std::vector<std::string>& into) {
    for (std::size_t seed = 0; seed < std::min(seeds, ids.size()); ++seed) add(ids[seed], into);
  }

 private:
  std::set<std::string> seen_;
};

TrialAccuracies accuracies(const StagedArm& arm, std::size_t seeds, const AccuracyOf& accuracy) {
  TrialAccuracies all;
  for (const auto& budgets : arm.runs) {
    auto& trial = all.emplace_back();
    if (budgets.empty()) continue;
    for (std::size_t seed = 0; seed < seeds; ++seed) trial.push_back(accuracy(budgets.front()[seed]));
  }
  return all;
}

Climb climb_of(const LadderRule& rule, const LadderArm& arm, const AccuracyOf& accuracy) {
  std::vector<RungAccuracies> rungs;
  for (const std::vector<std::string>& ids : arm.runs) {
    RungAccuracies& rung = rungs.emplace_back();
    for (const std::string& id : ids) rung.push_back(accuracy(id));
  }
  return climb(rule, rungs);
}

// The two trials that would be the finalists, were no more to be tried.
std::vector<std::size_t> best_so_far(const TrialAccuracies& trials, const Tuned& tuned) {
  if (!tuned.finalists.empty()) return tuned.finalists;
  std::vector<std::size_t> order;
  for (std::size_t trial = 0; trial < trials.size(); ++trial) {
    if (!trials[trial].empty()) order.push_back(trial);
  }
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](std::size_t trial) { return trials[trial].front().value_or(-1); });
  order.resize(std::min<std::size_t>(order.size(), 2));
  return order;
}

// What may follow an arm's tuning: its finalists with the other seeds, and all that the better one is trained with.
void add_later(const StagedArm& arm, const std::vector<std::size_t>& best, std::size_t deciding, std::size_t seeds,
               Asking& asking, std::vector<std::string>& later) {
  for (const std::size_t trial : best) asking.add(arm.runs[trial].front(), deciding, later);
  for (const auto& ids : arm.runs[best.front()]) asking.add(ids, seeds, later);
}

std::vector<std::vector<std::string>> first_seeds(const std::vector<std::vector<std::string>>& budgets,
                                                  std::size_t seeds) {
  std::vector<std::vector<std::string>> result;
  for (const auto& ids : budgets) result.emplace_back(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(seeds));
  return result;
}

}  // namespace

Trial setting_of(const StagedArm& arm, Trial trial) {
  for (const std::string& key : arm.fixed) {
    if (key == "learning_rate") trial.learning_rate.reset();
    if (key == "label_smoothing") trial.label_smoothing.reset();
    if (key == "augment") trial.augment.reset();
  }
  return trial;
}

bool Stages::operator==(const Stages& other) const { return to_json(*this) == to_json(other); }

Json to_json(const Stages& stages) {
  Json trials = Json::array(), arms = Json::array();
  for (const Trial& trial : stages.trials) trials.push_back(to_json(trial));
  for (const StagedArm& arm : stages.arms) {
    Json one{{"classifier", arm.classifier}, {"train_on", arm.train_on}, {"runs", arm.runs}};
    if (arm.augment) one["augment"] = augmentations_to_json(*arm.augment);
    if (!arm.fixed.empty()) one["fixed"] = arm.fixed;
    arms.push_back(std::move(one));
  }
  Json value{{"trials", std::move(trials)}, {"arms", std::move(arms)}};
  if (const auto& seeds = stages.seeds) {
    value["seeds"] = {{"half_width", seeds->half_width}, {"most", seeds->most}, {"asked", seeds->asked}};
  }
  return value;
}

Stages stages_from_json(const Json& value) {
  Stages stages;
  stages.trials.clear();
  for (const Json& trial : value.at("trials")) stages.trials.push_back(trial_from_json(trial));
  if (stages.trials.empty() || stages.trials.size() > static_cast<std::size_t>(kMostTrials)) {
    throw Error("stages have none of the trials that a study can have");
  }
  if (value.contains("seeds")) {
    const Json& seeds = value.at("seeds");
    SeedRule& rule = stages.seeds.emplace();
    seeds.at("half_width").get_to(rule.half_width);
    seeds.at("most").get_to(rule.most);
    seeds.at("asked").get_to(rule.asked);
    const bool fits = rule.half_width > 0 && rule.most <= kMostSeedsAsked && rule.asked >= kFirstSeeds;
    if (!fits || rule.asked > rule.most) throw Error("the stages' seeds are none that a study can ask for");
  }
  for (const Json& entry : value.at("arms")) {
    StagedArm arm{entry.at("classifier"), entry.at("train_on"), {}, {}, {}};
    if (entry.contains("augment")) arm.augment = augmentations_from_json(entry.at("augment"));
    if (entry.contains("fixed")) entry.at("fixed").get_to(arm.fixed);
    for (const Json& budgets : entry.at("runs")) {
      auto& trial = arm.runs.emplace_back();
      for (const Json& seeds : budgets) {
        auto& ids = trial.emplace_back();
        for (const Json& id : seeds) ids.push_back(run_id_from_json(id));
      }
    }
    const auto has_all = [&](const auto& trial) {
      return std::ranges::all_of(
          trial, [&](const auto& ids) { return ids.size() == arm.runs.front().front().size() && !ids.empty(); });
    };
    const auto has_budgets = [&](const auto& trial) {
      return trial.empty() || trial.size() == arm.runs.front().size();
    };
    const bool whole = arm.runs.size() == stages.trials.size() && !arm.runs.front().empty() &&
                       std::ranges::all_of(arm.runs, has_budgets) && std::ranges::all_of(arm.runs, has_all);
    if (!whole || (stages.seeds && arm.runs.front().front().size() != stages.seeds->most)) {
      throw Error("the stages of an arm lack runs");
    }
    stages.arms.push_back(std::move(arm));
  }
  return stages;
}

ArmStage stage_of(const Stages& stages, const std::optional<LadderRule>& ladder, const StagedArm& arm,
                  const AccuracyOf& accuracy) {
  const std::size_t all = arm.runs.front().front().size();
  const std::size_t seeds = stages.seeds ? std::min(stages.seeds->asked, all) : all;
  const std::size_t deciding = std::min(kDecidingSeeds, all);
  // Of a study that adds seeds the later ones are made of what the first ones chose.
  const std::size_t climbing = stages.seeds ? deciding : all;
  ArmStage stage;
  Asking asking;
  TrialAccuracies trials;
  stage.chosen = 0;
  if (stages.tunes()) {
    trials = accuracies(arm, deciding, accuracy);
    stage.tuned = tune(trials);
    stage.chosen = stage.tuned.chosen;
  }
  if (!stage.chosen) {
    for (const auto& [trial, seed] : stage.tuned.asked) asking.add(arm.runs[trial].front()[seed], stage.trials);
    add_later(arm, best_so_far(trials, stage.tuned), deciding, climbing, asking, stage.later);
    return stage;
  }
  const auto& budgets = arm.runs[*stage.chosen];
  if (ladder) {
    stage.ladder = LadderArm{arm.classifier, arm.train_on, first_seeds(budgets, climbing)};
    stage.climb = climb_of(*ladder, *stage.ladder, accuracy);
    for (std::size_t rung = 0; rung < stage.climb->asked; ++rung) {
      asking.add(stage.ladder->runs[rung], climbing, stage.runs);
    }
    const bool climbs_on = stage.climb->verdict == Climb::Verdict::climbing;
    if (!climbs_on) asking.add(budgets[stage.climb->chosen], seeds, stage.runs);
    for (const auto& ids : stage.ladder->runs) {
      if (climbs_on) asking.add(ids, climbing, stage.later);
    }
  } else {
    for (const auto& ids : budgets) asking.add(ids, seeds, stage.runs);
  }
  for (const auto& [trial, seed] : stage.tuned.asked) asking.add(arm.runs[trial].front()[seed], stage.trials);
  return stage;
}

}  // namespace ersatz::study
