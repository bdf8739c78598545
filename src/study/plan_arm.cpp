#include "study/plan_arm.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>

#include "study/budgets.hpp"
#include "study/plan_ladder.hpp"
#include "study/plan_stages.hpp"
#include "study/resolve.hpp"
#include "study/resolve_use.hpp"
#include "study/verified_images.hpp"
#include "study/within_set.hpp"

namespace ersatz::study {
namespace {

// Images that verifiers learn from, and those that they judge.
void count_verified(const ExampleCounts& counts, const TrainingSet& set, const std::string& real, PlannedRun& run) {
  for (std::size_t i = 0; i < set.sources.size(); ++i) {
    const auto& sizes = counts.of_class[i];
    (set.sources[i].first == real ? run.photographs : run.judged_images) +=
        std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  }
}

// Changing nothing is what a training set without the word does.
std::optional<std::vector<data::Augmentation>> written_augmentation(const TrainingSet& set,
                                                                    const models::Classifier& classifier) {
  const bool plain = set.augment && set.augment->empty() && !classifier.method;
  return plain ? std::nullopt : set.augment;
}

using ByBudget = std::vector<std::vector<PlannedRun>>;

// On the training set as a trial has it: a list of its seeds for each budget.
ByBudget runs_on(const ArmPlan& arm, const TrainingSet& set) {
  const models::Classifier& classifier = arm.classifier;
  ByBudget budgets;
  for (TrainingSettings& asked : settings_by_budget(arm.study)) {
    if (arm.study.budgets.ladder && classifier.method) asked.cooldown.reset();  // it has a schedule of its own
    const TrainingSettings settings = settings_for(std::move(asked), set, arm.real);
    const auto [resolution, trained] = within_set(arm.study, arm.set, [&] {
      Resolution found = resolve(asked_of(set, settings), classifier, set, arm.counts.training);
      return std::pair(found, resolve_use(set, classifier, found.method, arm.real));
    });
    auto& seeds = budgets.emplace_back();
    for (const std::uint64_t seed : arm.study.seeds) {
      PlannedRun run;
      run.spec = {arm.name,    trained,    seed, resolution.used, resolution.version, arm.data.fingerprint,
                  arm.test_on, arm.weights};
      run.spec.train_on.augment = written_augmentation(set, classifier);
      run.method = resolution.method;
      run.id = run.spec.id();
      run.training_images = arm.counts.training;
      run.validation_images = arm.counts.validation;
      if (!verifiers_of(trained.use).empty()) count_verified(arm.counts, set, arm.real, run);
      run.cost = arm.work * run.method.images_per_round(arm.counts.training) * run.method.rounds();
      run.arm = arm.arm;
      seeds.push_back(std::move(run));
    }
  }
  return budgets;
}

// A rung of the seeds that climb leaves its state for the next one.
void link_rungs(const Study& study, ByBudget& budgets) {
  const std::size_t climbing = study.until ? kDecidingSeeds : study.seeds.size();
  for (std::size_t rung = 0; rung + 1 < budgets.size(); ++rung) {
    for (std::size_t seed = 0; seed < climbing; ++seed) {
      PlannedRun& run = budgets[rung][seed];
      const PlannedRun& next = budgets[rung + 1][seed];
      if (repeats_steps(next, run)) run.longer = LongerRun{next.id, next.method};
    }
  }
}

}  // namespace

StagedArm add_runs(const ArmPlan& arm, std::vector<PlannedRun>& runs) {
  StagedArm staged{arm.name, arm.set.name, written_augmentation(arm.set, arm.classifier), {}, {}};
  if (arm.study.tune) staged.fixed = fixed_keys(arm.set, arm.classifier);
  std::set<std::string> seen;
  for (const Trial& trial : trials_of(arm.study)) {
    ByBudget budgets = runs_on(arm, tried_set(arm.set, setting_of(staged, trial)));
    auto& ids = staged.runs.emplace_back();
    if (!seen.insert(budgets.front().front().id).second) continue;
    if (arm.study.budgets.ladder && has_stages(arm.study)) link_rungs(arm.study, budgets);
    for (auto& seeds : budgets) {
      auto& of_budget = ids.emplace_back();
      for (const PlannedRun& run : seeds) of_budget.push_back(run.id);
      std::ranges::move(seeds, std::back_inserter(runs));
    }
  }
  return staged;
}

}  // namespace ersatz::study
