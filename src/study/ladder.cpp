#include "study/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::study {
namespace {

bool is_whole(const RungAccuracies& rung) {
  return !rung.empty() && std::ranges::all_of(rung, [](const auto& accuracy) { return accuracy.has_value(); });
}

stats::Summary summary_of(const RungAccuracies& rung) {
  std::vector<double> values;
  for (const auto& accuracy : rung) values.push_back(*accuracy);
  return stats::summarise(values);
}

RungGain gain_of(const RungAccuracies& before, const RungAccuracies& after) {
  std::vector<double> differences;
  for (std::size_t seed = 0; seed < after.size(); ++seed) differences.push_back(*after[seed] - *before[seed]);
  RungGain gain{stats::summarise(differences), 0};
  gain.high = gain.one_seed() ? gain.difference.mean : stats::t_interval(gain.difference).high;
  return gain;
}

}  // namespace

std::int64_t LadderRule::steps(std::size_t rung) const {
  std::int64_t steps = first_steps;
  for (std::size_t i = 0; i < rung; ++i) steps *= kRungFactor;
  return steps;
}

// Ids become parts of paths.
std::string run_id_from_json(const Json& value) {
  constexpr std::size_t kLongest = 255;
  const auto id = value.get<std::string>();
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '+' || c == '-';
  };
  if (id.empty() || id.size() > kLongest || id.front() == '.' || !std::ranges::all_of(id, is_plain)) {
    throw Error(fmt::format("study.json names the run {}", value.dump()));
  }
  return id;
}

Json to_json(const Ladder& ladder) {
  Json arms = Json::array();
  for (const LadderArm& arm : ladder.arms) {
    arms.push_back({{"classifier", arm.classifier}, {"train_on", arm.train_on}, {"runs", arm.runs}});
  }
  return {{"first_steps", ladder.rule.first_steps},
          {"rungs", ladder.rule.rungs},
          {"tolerance", ladder.rule.tolerance},
          {"arms", std::move(arms)}};
}

Ladder ladder_from_json(const Json& value) {
  Ladder ladder;
  value.at("first_steps").get_to(ladder.rule.first_steps);
  value.at("rungs").get_to(ladder.rule.rungs);
  value.at("tolerance").get_to(ladder.rule.tolerance);
  const auto& [first_steps, rungs, tolerance] = ladder.rule;
  if (first_steps < 1 || first_steps > kMostFirstSteps || rungs < 2 || rungs > kMostRungs || !(tolerance > 0)) {
    throw Error("a ladder's rule is none that a study can have");
  }
  for (const Json& entry : value.at("arms")) {
    LadderArm arm{entry.at("classifier"), entry.at("train_on"), {}};
    for (const Json& rung : entry.at("runs")) {
      auto& ids = arm.runs.emplace_back();
      for (const Json& id : rung) ids.push_back(run_id_from_json(id));
    }
    const auto has_all = [&](const auto& ids) { return !ids.empty() && ids.size() == arm.runs.front().size(); };
    if (std::cmp_not_equal(arm.runs.size(), ladder.rule.rungs) || !std::ranges::all_of(arm.runs, has_all)) {
      throw Error(fmt::format("the ladder of {} on {} lacks runs", arm.classifier, arm.train_on));
    }
    ladder.arms.push_back(std::move(arm));
  }
  return ladder;
}

Climb climb(const LadderRule& rule, const std::vector<RungAccuracies>& rungs) {
  Climb result;
  for (std::size_t rung = 0; rung < rungs.size() && is_whole(rungs[rung]); ++rung) {
    result.accuracy.push_back(summary_of(rungs[rung]));
    if (result.accuracy[rung].mean > result.accuracy[result.chosen].mean) result.chosen = rung;
    if (rung > 0) result.gains.push_back(gain_of(rungs[rung - 1], rungs[rung]));
    if (rung > 0 && result.gains.back().high < rule.tolerance) {
      result.verdict = Climb::Verdict::converged;
      return result;
    }
    if (rung + 1 == rungs.size()) {
      result.verdict = Climb::Verdict::not_converged;
      return result;
    }
    result.asked = rung + 2;
  }
  return result;
}

}  // namespace ersatz::study
