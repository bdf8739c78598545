#include "cli/stages_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/terminal.hpp"

namespace ersatz::cli {

std::string tuning_rule_text(const study::Stages& stages) {
  const std::size_t seeds = std::min(study::kDecidingSeeds, stages.arms.front().runs.front().front().size());
  const std::string again =
      seeds > 1 ? fmt::format("the best 2 again with {} seeds, then the better one", seeds) : "then the best one";
  return fmt::format("{} for each arm, {}", plural(stages.trials.size(), "trial"), again);
}

std::string tuning_text(const std::vector<study::ArmStage>& arms) {
  std::size_t chosen = 0, tried = 0, trials = 0;
  for (const study::ArmStage& arm : arms) {
    chosen += arm.chosen ? 1 : 0;
    tried += arm.tuned.tried;
    trials += arm.tuned.trials;
  }
  return fmt::format("{} of {} {} settings, {} of {} made", chosen, plural(arms.size(), "arm"),
                     chosen == 1 ? "has its" : "have their", tried, plural(trials, "trial"));
}

std::string seeds_text(const study::SeedRule& rule) {
  return fmt::format("1 to {}, and more until no 95 % interval of a main comparison is wider than ±{}", rule.asked,
                     study::seed_rule_text(rule));
}

Json tuning_json(const study::Stages& stages, const std::vector<study::ArmStage>& arms) {
  Json list = Json::array();
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const study::StagedArm& arm = stages.arms[i];
    Json one{{"classifier", arm.classifier},
             {"train_on", arm.train_on},
             {"trials", arms[i].tuned.trials},
             {"tried", arms[i].tuned.tried}};
    if (arms[i].chosen) one["setting"] = to_json(setting_of(arm, stages.trials[*arms[i].chosen]));
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace ersatz::cli
