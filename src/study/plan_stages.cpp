#include "study/plan_stages.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "study/ladder_state.hpp"
#include "study/output_layout.hpp"

namespace ersatz::study {
namespace {

void ask_for(Plan& plan, const std::vector<ArmStage>& stages) {
  std::map<std::string_view, const PlannedRun*> possible;
  for (const PlannedRun& run : plan.possible) possible.emplace(run.id, &run);
  plan.runs.clear();
  plan.later.clear();
  if (plan.ladder) plan.ladder->arms.clear();
  for (const ArmStage& stage : stages) {
    for (const std::string& id : stage.runs) plan.runs.push_back(*possible.at(id));
    for (const std::string& id : stage.trials) {
      PlannedRun& run = plan.runs.emplace_back(*possible.at(id));
      run.trial = true;
      run.spec.test_on.clear();
    }
    for (const std::string& id : stage.later) plan.later.push_back(*possible.at(id));
    if (stage.ladder) plan.ladder->arms.push_back(*stage.ladder);
  }
}

std::optional<LadderRule> rule_of(const Plan& plan) {
  return plan.ladder ? std::optional(plan.ladder->rule) : std::nullopt;
}

// A run with whether it is a trial: what was one may be asked for its tests.
std::set<std::pair<std::string, bool>> asked_for(const Plan& plan) {
  std::set<std::pair<std::string, bool>> asked;
  for (const PlannedRun& run : plan.runs) asked.emplace(run.id, run.trial);
  return asked;
}

}  // namespace

bool has_stages(const Study& study) { return study.tune || study.until; }

std::vector<Trial> trials_of(const Study& study) {
  if (!study.tune) return {Trial{}};
  return draw_trials(*study.tune, *with_defaults(study.asked).learning_rate);
}

std::vector<std::string> fixed_keys(const TrainingSet& set, const models::Classifier& classifier) {
  std::vector<std::string> keys;
  if (set.own.learning_rate || classifier.method) keys.emplace_back("learning_rate");
  if (set.own.label_smoothing) keys.emplace_back("label_smoothing");
  if (set.augment || set.use.augments() || classifier.backbone) keys.emplace_back("augment");
  return keys;
}

TrainingSet tried_set(TrainingSet set, const Trial& trial) {
  if (trial.learning_rate) set.own.learning_rate = trial.learning_rate;
  if (trial.label_smoothing) set.own.label_smoothing = trial.label_smoothing;
  if (trial.augment) set.augment = trial.augment;
  return set;
}

void make_stages(Plan& plan, Stages stages, const std::optional<LadderRule>& ladder) {
  plan.possible = std::move(plan.runs);
  plan.stages = std::move(stages);
  if (ladder) plan.ladder = Ladder{*ladder, {}};
  std::vector<ArmStage> begun;
  for (const StagedArm& arm : plan.stages->arms) {
    begun.push_back(stage_of(*plan.stages, ladder, arm, [](const std::string&) { return std::nullopt; }));
  }
  ask_for(plan, begun);
  plan.arm_costs.assign(plan.stages->arms.size(), 0);
  for (const auto* runs : {&plan.runs, &plan.later}) {
    for (const PlannedRun& run : *runs) plan.arm_costs[run.arm] += run.cost;
  }
}

bool ask_for_more_stages(Plan& plan, const std::filesystem::path& out) {
  const auto before = asked_for(plan);
  ask_for(plan, read_stages(out, *plan.stages, rule_of(plan)));
  const auto after = asked_for(plan);
  return !std::ranges::includes(before, after);
}

void ask_for_seeds(Plan& plan, const std::filesystem::path& out, std::size_t seeds) {
  plan.stages->seeds->asked = std::min(seeds, plan.stages->seeds->most);
  ask_for_more_stages(plan, out);
}

void take_up_seeds(Plan& plan, const std::filesystem::path& out) {
  if (!plan.stages || !plan.stages->seeds || !std::filesystem::exists(study_file(out))) return;
  std::optional<Stages> before = read_study_record(out).stages;
  if (!before || !before->seeds) return;
  const std::size_t asked = before->seeds->asked;
  if (asked <= plan.stages->seeds->asked) return;
  before->seeds->asked = plan.stages->seeds->asked;
  if (before == plan.stages) ask_for_seeds(plan, out, asked);
}

}  // namespace ersatz::study
