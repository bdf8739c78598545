#include "study/budgets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/suggest.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {
namespace {

constexpr const char* kConverged = "converged";

std::vector<std::int64_t> read_steps(const TomlSection& section) {
  if (!section.has("steps") || !section.node("steps").is_array()) return {};
  std::vector<std::int64_t> steps = *section.integers("steps");
  std::ranges::sort(steps);
  if (steps.front() < 1) section.fail("steps", fmt::format("must be at least 1, but one is {}", steps.front()));
  return steps;
}

LadderRule read_ladder(const TomlSection& section, const TrainingSettings& asked) {
  if (const auto name = section.text("budget"); name != kConverged) {
    section.fail("budget", fmt::format("must be \"{}\", but is \"{}\"", kConverged, *name),
                 "for a fixed budget write steps = 6250 or epochs = 20 instead");
  }
  for (const char* other : {"steps", "epochs", "patience", "decay_rate", "decay_steps"}) {
    if (!section.has(other)) continue;
    section.fail(other, "cannot stand beside budget",
                 "with budget = \"converged\" each arm's steps are found, from first_steps on, at a constant rate with "
                 "a cooldown");
  }
  if (asked.validation == 0.0) {
    section.fail("budget", "needs images to be judged by, but validation is 0",
                 "set a validation part aside, or own_validation = 0.25");
  }
  LadderRule rule;
  rule.first_steps = section.integer("first_steps", 1, kMostFirstSteps).value_or(rule.first_steps);
  rule.rungs = section.integer("rungs", 2, kMostRungs).value_or(rule.rungs);
  rule.tolerance = section.number("tolerance").value_or(rule.tolerance);
  if (!(rule.tolerance > 0 && rule.tolerance < 1)) {
    section.fail("tolerance", fmt::format("must be more than 0 and less than 1, but is {}", rule.tolerance));
  }
  return rule;
}

}  // namespace

Budgets read_budgets(const TomlSection& section, const TrainingSettings& asked) {
  Budgets budgets;
  if (section.has("budget")) {
    budgets.ladder = read_ladder(section, asked);
    return budgets;
  }
  for (const char* key : {"first_steps", "rungs", "tolerance"}) {
    if (section.has(key)) section.fail(key, "needs budget = \"converged\"");
  }
  budgets.steps = read_steps(section);
  return budgets;
}

void replace_budget(Study& study, std::int64_t steps) {
  if (study.budgets.ladder && !study.asked.cooldown) study.asked.cooldown = kLadderCooldown;
  if (study.budgets.any()) {
    study.asked.steps = steps;
    study.budgets = {};
  } else {
    replace_steps(study.asked, steps);
  }
}

std::vector<TrainingSettings> settings_by_budget(const Study& study) {
  const Budgets& budgets = study.budgets;
  if (!budgets.any()) return {study.asked};
  std::vector<std::int64_t> steps = budgets.steps;
  TrainingSettings asked = study.asked;
  if (budgets.ladder) {
    const auto rungs = static_cast<std::size_t>(budgets.ladder->rungs);
    for (std::size_t rung = 0; rung < rungs; ++rung) steps.push_back(budgets.ladder->steps(rung));
    if (!asked.cooldown) asked.cooldown = kLadderCooldown;
  }
  std::vector<TrainingSettings> all;
  for (const std::int64_t budget : steps) {
    all.push_back(asked);
    all.back().steps = budget;
  }
  return all;
}

TrainingSettings settings_for(TrainingSettings asked, const TrainingSet& set, const std::string& real) {
  asked = with_own(std::move(asked), set.own);
  if (!asked.own_validation) return asked;
  asked.validation = 0;
  auto& sources = asked.own_validation_of.emplace();
  for (const auto& [name, amount] : set.sources) sources.push_back(name);
  if (std::ranges::find(sources, real) != sources.end()) sources = {real};
  return asked;
}

}  // namespace ersatz::study
