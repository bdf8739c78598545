#include "study/image_use.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::study {
namespace {

// One number, or the two ends of a schedule.
Json ramp_to_json(const data::Ramp& ramp) {
  if (ramp.constant()) return ramp.first;
  return Json::array({ramp.first, ramp.last});
}

data::Ramp ramp_from_json(const Json& value) {
  data::Ramp ramp;
  if (value.is_array()) {
    if (value.size() != 2) throw Error(fmt::format("a run description has the schedule {}", value.dump()));
    ramp = {value.at(0).get<double>(), value.at(1).get<double>()};
  } else {
    ramp.first = ramp.last = value.get<double>();
  }
  for (const double end : {ramp.first, ramp.last}) {
    if (!std::isfinite(end) || end < 0) throw Error(fmt::format("a run description has the share {}", value.dump()));
  }
  return ramp;
}

void ramps_to_json(const SourceRamps& ramps, std::string_view key, Json& into) {
  if (ramps.empty()) return;
  Json value = Json::object();
  for (const auto& [source, ramp] : ramps) value[source] = ramp_to_json(ramp);
  into[std::string(key)] = std::move(value);
}

SourceRamps ramps_from_json(const Json& from, std::string_view key) {
  SourceRamps ramps;
  if (!from.contains(key)) return ramps;
  for (const auto& [source, ramp] : from.at(std::string(key)).items()) ramps.emplace_back(source, ramp_from_json(ramp));
  return ramps;
}

Json phase_to_json(const Phase& phase) {
  Json value = {{"sources", to_json(phase.sources)}};
  if (phase.share) value["share"] = *phase.share;
  if (phase.steps > 0) value["steps"] = phase.steps;
  ramps_to_json(phase.draw, "draw", value);
  ramps_to_json(phase.weight, "weight", value);
  if (phase.augment) value["augment"] = augmentations_to_json(*phase.augment);
  return value;
}

Phase phase_from_json(const Json& value) {
  Phase phase;
  phase.sources = amounts_from_json(value.at("sources"));
  phase.steps = value.at("steps").get<std::int64_t>();
  constexpr std::int64_t kMost = 1'000'000'000'000;  // so that they can be added
  if (phase.sources.empty() || phase.steps < 1 || phase.steps > kMost) {
    throw Error(fmt::format("a run description has the phase {}", value.dump()));
  }
  phase.draw = ramps_from_json(value, "draw");
  phase.weight = ramps_from_json(value, "weight");
  if (value.contains("augment")) phase.augment = augmentations_from_json(value.at("augment"));
  return phase;
}

}  // namespace

std::string_view match_name(Match match) {
  switch (match) {
    case Match::nothing: return "";
    case Match::color: return "color";
    case Match::spectrum: break;
  }
  return "spectrum";
}

std::optional<Match> match_from_name(std::string_view name) {
  for (const auto match : {Match::color, Match::spectrum}) {
    if (match_name(match) == name) return match;
  }
  return std::nullopt;
}

bool ImageUse::augments() const {
  return std::ranges::any_of(phases, [](const Phase& phase) { return phase.augment.has_value(); });
}

void use_to_json(const ImageUse& use, Json& settings) {
  ramps_to_json(use.draw, "draw", settings);
  ramps_to_json(use.weight, "weight", settings);
  for (const Phase& phase : use.phases) settings["phases"].push_back(phase_to_json(phase));
  if (use.match != Match::nothing) settings["match"] = {{"by", match_name(use.match)}, {"to", use.match_to}};
  keep_to_json(use.keep, settings);
  labels_to_json(use.labels, settings);
}

ImageUse use_from_json(const Json& settings) {
  ImageUse use;
  use.draw = ramps_from_json(settings, "draw");
  use.weight = ramps_from_json(settings, "weight");
  if (settings.contains("phases")) {
    for (const Json& phase : settings.at("phases")) use.phases.push_back(phase_from_json(phase));
  }
  if (settings.contains("match")) {
    const Json& match = settings.at("match");
    const auto name = match.at("by").get<std::string>();
    const auto known = match_from_name(name);
    if (!known) throw Error(fmt::format("a run description has the match \"{}\"", name));
    use.match = *known;
    match.at("to").get_to(use.match_to);
  }
  use.keep = keep_from_json(settings);
  use.labels = labels_from_json(settings);
  return use;
}

Json augmentations_to_json(const std::vector<data::Augmentation>& list) {
  Json value = Json::array();
  for (const data::Augmentation& augmentation : list) value.push_back(data::to_json(augmentation));
  return value;
}

std::vector<data::Augmentation> augmentations_from_json(const Json& list) {
  std::vector<data::Augmentation> augmentations;
  for (const Json& entry : list) augmentations.push_back(data::augmentation_from_json(entry));
  return augmentations;
}

bool same_use(const ImageUse& a, const ImageUse& b) {
  Json one = Json::object(), other = Json::object();
  use_to_json(a, one);
  use_to_json(b, other);
  return one == other;
}

}  // namespace ersatz::study
