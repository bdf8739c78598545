#include "study/read_keep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/suggest.hpp"
#include "models/classifier.hpp"
#include "study/study_keys.hpp"

namespace ersatz::study {
namespace {

constexpr std::string_view kKeepExample = "keep = { FAKE = { by = \"agreement\", share = 0.5 } }";

// A classifier of ours that learns from pixels alone.
std::string read_verifier(const TomlSection& section) {
  const auto name = section.text("verifier");
  if (!name) return VerifierChoice().classifier;
  std::vector<std::string> known = models::classifier_names();
  if (!models::is_classifier(*name)) {
    section.fail("verifier", fmt::format("unknown classifier \"{}\"", *name),
                 suggest(*name, known, "known classifiers"));
  }
  constexpr data::ImageShape kAnyShape{32, 32};
  if (models::make_classifier(*name, kAnyShape, 2).backbone) {
    section.fail("verifier",
                 fmt::format("{} reads features of a pretrained network: a verifier learns from the "
                             "photographs alone",
                             models::classifier_title(*name)),
                 "verifier = \"lenet\"");
  }
  return *name;
}

Keep read_one(const TomlSection& section) {
  section.allow_only(keys_of("train.NAME.keep.SOURCE"));
  Keep keep;
  for (const char* key : {"by", "share"}) {
    if (!section.has(key)) section.fail(key, "is missing", std::string(kKeepExample));
  }
  const std::string by = *section.text("by");
  const auto known = keep_from_name(by);
  if (!known) {
    section.fail("by", fmt::format("\"{}\" is no way to choose images", by), suggest(by, keep_names(), "there are"));
  }
  keep.by = *known;
  keep.share = *section.number("share");
  if (!(keep.share > 0 && keep.share < 1)) {
    section.fail("share", fmt::format("must be more than 0 and less than 1, but is {}", keep.share));
  }
  const std::string per = section.text("per").value_or("class");
  if (per != "class" && per != "all") {
    section.fail("per", fmt::format("must be \"class\" or \"all\", but is \"{}\"", per),
                 suggest(per, {"class", "all"}, "there are"));
  }
  keep.per_class = per == "class";
  if (keep.by == KeepBy::random && section.has("verifier")) {
    section.fail("verifier", "does not count where images are kept at random", "leave it out");
  }
  keep.verifier.classifier = read_verifier(section);
  return keep;
}

}  // namespace

SourceKeeps read_keep(const TomlSection& section, const std::vector<std::string>& held) {
  SourceKeeps keep;
  const auto table = section.section("keep");
  if (!table) return keep;
  for (const std::string& source : table->keys()) {
    if (std::ranges::find(held, source) == held.end()) {
      table->fail(source, "is no source that the training set holds images of", suggest(source, held, "it holds"));
    }
    keep.emplace_back(source, read_one(*table->section(source)));
  }
  if (keep.empty()) section.fail("keep", "must name at least one source", std::string(kKeepExample));
  std::ranges::sort(keep, {}, [](const auto& one) { return one.first; });
  return keep;
}

std::optional<TeacherLabels> read_labels(const TomlSection& section) {
  if (!section.has("labels")) return std::nullopt;
  TeacherLabels labels;
  if (section.node("labels").is_string()) {
    const std::string name = *section.text("labels");
    if (name == "teacher") return labels;
    section.fail("labels", fmt::format("must be \"teacher\", but is \"{}\"", name),
                 suggest(name, {"teacher"}, "there is"));
  }
  const TomlSection outer = *section.section("labels");
  outer.allow_only({"teacher"});
  if (!outer.has("teacher")) section.fail("labels", "names no teacher", "labels = { teacher = { share = 0.5 } }");
  const TomlSection table = *outer.section("teacher");
  table.allow_only(keys_of("train.NAME.labels.teacher"));
  labels.share = table.number("share").value_or(1);
  if (!(labels.share > 0 && labels.share <= 1)) {
    table.fail("share", fmt::format("must be more than 0 and at most 1, but is {}", labels.share));
  }
  labels.temperature = table.number("temperature").value_or(1);
  if (!(labels.temperature > 0 && std::isfinite(labels.temperature))) {
    table.fail("temperature", fmt::format("must be more than 0, but is {}", labels.temperature));
  }
  labels.teacher.classifier = read_verifier(table);
  return labels;
}

}  // namespace ersatz::study
