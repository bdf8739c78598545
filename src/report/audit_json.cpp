#include <cmath>
#include <string>

#include "base/json.hpp"
#include "data/duplicates.hpp"
#include "report/audit_text.hpp"
#include "report/copies_text.hpp"

namespace ersatz::report {
namespace {

using audit::Audit;
using audit::Comparison;
using audit::Evidence;
using audit::Telling;

Json json_of(const stats::Interval& interval) {
  const auto bound = [](double value) { return std::isfinite(value) ? Json(value) : Json(); };
  return {bound(interval.low), bound(interval.high)};
}

Json json_of(const stats::EffectSize& effect) {
  return {{"d", std::isnan(effect.d) ? Json() : Json(effect.d)}, {"interval", json_of(effect.interval)}};
}

Json json_of(const std::optional<Telling>& telling) {
  if (!telling) return {};
  if (telling->alike) return {{"alike", true}};
  return {{"alike", false},
          {"auc", telling->area.area},
          {"auc_interval", json_of(telling->area_interval)},
          {"accuracy", telling->accuracy},
          {"accuracy_interval", json_of(telling->accuracy_interval)}};
}

Json json_of(const stats::Summary& summary) { return {{"mean", summary.mean}, {"sd", summary.sd}}; }

Json json_of(const Audit& audit, const Comparison& other) {
  Json traits = Json::object(), evidence = Json::object(), classes;
  for (std::size_t t = 0; t < audit::kTraits; ++t) {
    const audit::TraitEffect& effect = other.traits[t];
    classes = Json::object();
    for (std::size_t k = 0; k < audit.classes.size(); ++k) classes[audit.classes[k]] = json_of(effect.per_class[k]);
    traits[std::string(audit::trait_name(t))] = {{"real", json_of(audit.real_traits[t])},
                                                 {"source", json_of(effect.summary)},
                                                 {"effect", json_of(effect.effect)},
                                                 {"classes", classes}};
  }
  for (std::size_t e = 0; e < audit::kEvidences; ++e) {
    evidence[std::string(audit::evidence_name(static_cast<Evidence>(e)))] = {
        {"as_they_are", json_of(other.as_they_are[e])}, {"encoded_alike", json_of(other.encoded_alike[e])}};
  }
  return {{"source", other.source}, {"traits", traits}, {"evidence", evidence}};
}

Json copies_json(const data::DataSet& set) {
  const auto counts = [](const data::DuplicateCounts& found) {
    return Json{{"pairs", found.pairs},
                {"within_train", found.within_train},
                {"within_test", found.within_test},
                {"across", found.across},
                {"test_images_in_train", found.test_images_in_train}};
  };
  Json sources = Json::array();
  for (const data::Source& source : set.sources) {
    sources.push_back({{"source", source.name},
                       {"files", counts(data::duplicate_files(source))},
                       {"pixels", counts(data::duplicate_pixels(source))}});
  }
  return sources;
}

Json near_json(const data::DataSet& set, const data::NearReport& report) {
  const auto name = [&](std::size_t s) {
    const data::SearchedSplit& split = report.splits[s];
    return Json{{"source", set.sources[split.source].name}, {"split", data::split_name(split.split)}};
  };
  Json pairs = Json::array();
  for (const data::NearCopies& copies : report.copies) {
    pairs.push_back({{"first", name(copies.first)}, {"second", name(copies.second)}, {"pairs", copies.pairs}});
  }
  return pairs;
}

}  // namespace

Json audit_json(const Audit& audit, const data::DataSet& set, const std::optional<data::NearReport>& near) {
  Json files = Json::array(), others = Json::array();
  for (const audit::SourceFiles& one : audit.files) {
    Json sizes = Json::array();
    for (const auto& [size, count] : one.sizes) {
      sizes.push_back({{"width", size.first}, {"height", size.second}, {"files", count}});
    }
    files.push_back({{"source", one.source},
                     {"training", one.training},
                     {"testing", one.testing},
                     {"files", one.files},
                     {"encodings", one.encodings},
                     {"sizes", sizes},
                     {"metadata", one.notes},
                     {"bytes_per_pixel", one.bytes_per_pixel}});
  }
  for (const Comparison& other : audit.others) others.push_back(json_of(audit, other));
  return {{"real", audit.real},
          {"images_of_each_source", audit.per_source},
          {"classes_left_out", audit.left_out},
          {"sources_left_out", audit.small_sources},
          {"skipped", set.skipped.size()},
          {"alike_quality", audit::kAlikeQuality},
          {"files", files},
          {"copies", copies_json(set)},
          {"near_copies", near ? near_json(set, *near) : Json()},
          {"leaks", leak_sentences(set)},
          {"others", others},
          {"sentences", audit_sentences(audit)}};
}

}  // namespace ersatz::report
