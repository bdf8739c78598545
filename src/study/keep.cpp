#include "study/keep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::study {
namespace {

constexpr std::array<std::string_view, 8> kNames{"agreement", "confidence", "middle",   "hardest",
                                                 "nearest",   "farthest",   "distinct", "random"};

Json verifier_to_json(const VerifierChoice& verifier) {
  return {{"classifier", verifier.classifier}, {"photographs", verifier.photographs}, {"recipe", verifier.recipe}};
}

VerifierChoice verifier_from_json(const Json& value) {
  VerifierChoice verifier;
  value.at("classifier").get_to(verifier.classifier);
  value.at("photographs").get_to(verifier.photographs);
  value.at("recipe").get_to(verifier.recipe);
  return verifier;
}

Keep one_from_json(const Json& value) {
  Keep keep;
  const auto by = keep_from_name(value.at("by").get<std::string>());
  value.at("share").get_to(keep.share);
  const auto per = value.value("per", std::string("class"));
  if (!by || !(keep.share > 0 && keep.share < 1) || (per != "class" && per != "all")) {
    throw Error(fmt::format("a run description keeps images by {}", value.dump()));
  }
  keep.by = *by;
  keep.per_class = per == "class";
  if (keep.by != KeepBy::random) keep.verifier = verifier_from_json(value.at("verifier"));
  return keep;
}

}  // namespace

std::string_view keep_name(KeepBy by) { return kNames.at(static_cast<std::size_t>(by)); }

std::optional<KeepBy> keep_from_name(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  return found == kNames.end() ? std::nullopt : std::optional(static_cast<KeepBy>(found - kNames.begin()));
}

std::vector<std::string> keep_names() { return {kNames.begin(), kNames.end()}; }

void keep_to_json(const SourceKeeps& keep, Json& settings) {
  for (const auto& [source, one] : keep) {
    Json value = {{"by", keep_name(one.by)}, {"share", one.share}};
    if (!one.per_class) value["per"] = "all";
    if (one.by != KeepBy::random) value["verifier"] = verifier_to_json(one.verifier);
    settings["keep"][source] = std::move(value);
  }
}

SourceKeeps keep_from_json(const Json& settings) {
  SourceKeeps keep;
  if (!settings.contains("keep")) return keep;
  for (const auto& [source, value] : settings.at("keep").items()) keep.emplace_back(source, one_from_json(value));
  return keep;
}

void labels_to_json(const std::optional<TeacherLabels>& labels, Json& settings) {
  if (!labels) return;
  Json value = {{"verifier", verifier_to_json(labels->teacher)}};
  if (labels->share != 1) value["share"] = labels->share;
  if (labels->temperature != 1) value["temperature"] = labels->temperature;
  settings["labels"] = {{"teacher", std::move(value)}};
}

std::optional<TeacherLabels> labels_from_json(const Json& settings) {
  if (!settings.contains("labels")) return std::nullopt;
  const Json& value = settings.at("labels").at("teacher");
  TeacherLabels labels;
  labels.teacher = verifier_from_json(value.at("verifier"));
  labels.share = value.value("share", 1.0);
  labels.temperature = value.value("temperature", 1.0);
  if (!(labels.share > 0 && labels.share <= 1) || !(labels.temperature > 0 && std::isfinite(labels.temperature))) {
    throw Error(fmt::format("a run description has the labels {}", value.dump()));
  }
  return labels;
}

SourceKeeps kept_at_random(SourceKeeps keep) {
  for (auto& [source, one] : keep) {
    one.by = KeepBy::random;
    one.verifier = {};
  }
  return keep;
}

bool asks_verifier(const SourceKeeps& keep) {
  return std::ranges::any_of(keep, [](const auto& one) { return one.second.by != KeepBy::random; });
}

}  // namespace ersatz::study
