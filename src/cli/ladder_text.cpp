#include "cli/ladder_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/terminal.hpp"

namespace ersatz::cli {
namespace {

using study::Climb;

std::string number_of_steps(std::int64_t steps) { return format_count(static_cast<std::uint64_t>(steps)); }

std::string_view verdict_name(Climb::Verdict verdict) {
  switch (verdict) {
    case Climb::Verdict::climbing: return "climbing";
    case Climb::Verdict::converged: return "converged";
    case Climb::Verdict::not_converged: break;
  }
  return "not converged";
}

// "2 arms have converged (1,562 to 6,248 steps)"; empty where there is none.
std::string arms_text(const study::Ladder& ladder, const std::vector<Climb>& climbs, Climb::Verdict verdict,
                      std::string_view one, std::string_view several) {
  std::size_t arms = 0;
  std::int64_t least = 0, most = 0;
  for (const Climb& climb : climbs) {
    if (climb.verdict != verdict) continue;
    const bool climbs_on = verdict == Climb::Verdict::climbing;
    const std::int64_t steps = ladder.rule.steps(climbs_on ? climb.asked - 1 : climb.chosen);
    least = arms == 0 ? steps : std::min(least, steps);
    most = std::max(most, steps);
    ++arms;
  }
  if (arms == 0) return "";
  const std::string range =
      least == most ? number_of_steps(most) : fmt::format("{} to {}", number_of_steps(least), number_of_steps(most));
  return fmt::format("{} {} ({} steps)", plural(arms, "arm"), arms == 1 ? one : several, range);
}

}  // namespace

std::string ladder_rule_text(const study::LadderRule& rule) {
  std::vector<std::string> steps;
  for (std::int64_t rung = 0; rung < rule.rungs; ++rung) {
    steps.push_back(number_of_steps(rule.steps(static_cast<std::size_t>(rung))));
  }
  return fmt::format("{} steps, as long as more steps gain {} of validation accuracy, or may have", join_words(steps),
                     rule.tolerance);
}

std::string climbs_text(const study::Ladder& ladder, const std::vector<Climb>& climbs) {
  std::vector<std::string> parts{
      arms_text(ladder, climbs, Climb::Verdict::climbing, "is at work", "are at work"),
      arms_text(ladder, climbs, Climb::Verdict::converged, "has converged", "have converged"),
      arms_text(ladder, climbs, Climb::Verdict::not_converged, "has not converged", "have not converged")};
  std::erase(parts, "");
  return join_words(parts, ", ");
}

Json climbs_json(const study::Ladder& ladder, const std::vector<Climb>& climbs) {
  Json arms = Json::array();
  for (std::size_t i = 0; i < climbs.size(); ++i) {
    const study::LadderArm& arm = ladder.arms[i];
    Json one{{"classifier", arm.classifier},
             {"train_on", arm.train_on},
             {"verdict", verdict_name(climbs[i].verdict)},
             {"rungs", climbs[i].asked}};
    if (!climbs[i].accuracy.empty()) one["steps"] = ladder.rule.steps(climbs[i].chosen);
    arms.push_back(std::move(one));
  }
  return arms;
}

}  // namespace ersatz::cli
