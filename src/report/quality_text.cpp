#include "report/quality_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using quality::Metric;
using quality::Quality;
using quality::SourceQuality;

// Shares look like the other tables'; what has no upper end is written with three digits that count.
bool is_share(Metric metric) {
  return metric != Metric::frechet && metric != Metric::frechet_at_infinity && metric != Metric::kernel_distance &&
         metric != Metric::gaussian_distance && metric != Metric::vendi;
}

// The decimals with which `value` has three digits that count: 12.3, 0.123, 1230; no more than six.
int decimals_of(double value) {
  if (value == 0 || !std::isfinite(value)) return 2;
  return std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(value)))), 0, 6);
}

std::string value_text(Metric metric, const metrics::Estimate& estimate) {
  if (std::isnan(estimate.value)) return "";
  const bool known = std::isfinite(estimate.se);
  if (is_share(metric)) {
    return known ? fmt::format("{} ± {}", share(estimate.value), share(estimate.se)) : share(estimate.value);
  }
  const int decimals = decimals_of(estimate.value);
  return known ? fmt::format("{:.{}f} ± {:.{}f}", estimate.value, decimals, estimate.se, decimals)
               : fmt::format("{:.{}f}", estimate.value, decimals);
}

const metrics::Estimate& of(const quality::Values& values, Metric metric) {
  return values.at(static_cast<std::size_t>(metric));
}

std::string name_of(const Quality& quality, const SourceQuality& source) {
  if (!source.photographs) return source.source;
  return fmt::format("{}, {}", source.source, quality.more_is_test ? "test images" : "others");
}

std::string better_text(quality::Better better) {
  switch (better) {
    case quality::Better::lower: return "lower";
    case quality::Better::higher: return "higher";
    case quality::Better::half: return "near .5";
  }
  return "";
}

// The standard error of a difference; NaN where one is not known.
double error_of(const metrics::Estimate& one, const metrics::Estimate& other) { return std::hypot(one.se, other.se); }

// More than three standard errors: with 14 metrics of a source, two would often be chance.
bool differs(const metrics::Estimate& one, const metrics::Estimate& other) {
  return std::abs(one.value - other.value) > 3 * error_of(one, other);
}

const SourceQuality* photographs_of(const Quality& quality) {
  const auto found = std::ranges::find_if(quality.sources, &SourceQuality::photographs);
  return found == quality.sources.end() ? nullptr : &*found;
}

void add_against_photographs(const Quality& quality, const SourceQuality& source, std::vector<std::string>& sentences) {
  const SourceQuality* photographs = photographs_of(quality);
  if (photographs == nullptr) return;
  std::vector<std::string> worse, same;
  for (const quality::MetricFacts& facts : quality::metric_facts()) {
    const metrics::Estimate &mine = of(source.values, facts.metric), &theirs = of(photographs->values, facts.metric);
    if (!std::isfinite(error_of(mine, theirs)) || facts.metric == Metric::frechet_at_infinity) continue;
    if (!differs(mine, theirs)) {
      same.emplace_back(facts.title);
      continue;
    }
    const bool larger = mine.value > theirs.value;
    if (facts.better == quality::Better::higher ? larger : !larger) continue;
    const auto text = [&](double value) {
      return is_share(facts.metric) ? share(value) : fmt::format("{:.{}f}", value, decimals_of(value));
    };
    worse.push_back(
        fmt::format("{} ({} where photographs have {})", facts.title, text(mine.value), text(theirs.value)));
  }
  if (!worse.empty()) {
    sentences.push_back(fmt::format("{} is worse than other photographs by {}.", source.source, join_words(worse)));
  }
  if (!same.empty()) {
    sentences.push_back(
        fmt::format("No difference between {} and other photographs is shown by {}.", source.source, join_words(same)));
  }
}

void add_copies(const Quality& quality, const quality::Copies& copies, std::vector<std::string>& sentences) {
  const metrics::Memorisation& found = copies.memorisation;
  if (found.exact_copies > 0) {
    sentences.push_back(fmt::format("{} of {} images of {} equal a training image of {} in all features.",
                                    format_count(found.exact_copies), format_count(quality.images), copies.source,
                                    quality.against));
  }
  if (std::isnan(found.nearer_to_training.value)) return;
  const std::string numbers = fmt::format("{} {}", share(found.nearer_to_training.value), interval(found.interval));
  if (found.interval.low > 0.5) {
    sentences.push_back(fmt::format(
        "Of the images of {}, {} are nearer to training images of {} than to test images: more than half, so that some "
        "may be copies of what the generator was trained on. Look at the nearest pairs.",
        copies.source, numbers, quality.against));
  } else {
    sentences.push_back(
        fmt::format("Of the images of {}, {} are nearer to training images of {} than to test images: no "
                    "sign of copies.",
                    copies.source, numbers, quality.against));
  }
}

Json estimate_json(const metrics::Estimate& estimate) {
  if (std::isnan(estimate.value)) return nullptr;
  Json json{{"value", estimate.value}};
  json["se"] = std::isfinite(estimate.se) ? Json(estimate.se) : Json(nullptr);
  return json;
}

Json values_json(const quality::Values& values) {
  Json json = Json::object();
  for (const quality::MetricFacts& facts : quality::metric_facts()) {
    json[std::string(facts.name)] = estimate_json(of(values, facts.metric));
  }
  return json;
}

Json copies_json(const quality::Copies& copies) {
  const metrics::Memorisation& found = copies.memorisation;
  Json pairs = Json::array();
  for (std::size_t i = 0; i < found.nearest.size(); ++i) {
    const metrics::NearCopy& near = found.nearest[i];
    pairs.push_back({{"generated", copies.generated[i]},
                     {"training", copies.seen[i]},
                     {"to_training", near.to_training},
                     {"to_held_out", near.to_held_out},
                     {"ratio", near.ratio}});
  }
  return {{"source", copies.source},
          {"nearer_to_training", estimate_json(found.nearer_to_training)},
          {"interval", {found.interval.low, found.interval.high}},
          {"equally_near", found.equally_near},
          {"exact_copies", found.exact_copies},
          {"nearest", pairs}};
}

}  // namespace

TextTable quality_table(const Quality& quality) {
  TextTable table;
  table.headings = {{"metric"}, {"better"}};
  for (const SourceQuality& source : quality.sources) {
    table.headings.push_back({name_of(quality, source), Align::right});
  }
  table.headings.push_back({"what it is"});
  for (const quality::MetricFacts& facts : quality::metric_facts()) {
    std::vector<std::string> cells{std::string(facts.title), better_text(facts.better)};
    bool any = false;
    for (const SourceQuality& source : quality.sources) {
      cells.push_back(value_text(facts.metric, of(source.values, facts.metric)));
      any = any || !cells.back().empty();
    }
    cells.emplace_back(facts.says);
    if (any) table.rows.push_back(std::move(cells));
  }
  return table;
}

TextTable quality_of_classes(const SourceQuality& source) {
  constexpr Metric kShown[] = {Metric::frechet,         Metric::kernel_distance,  Metric::precision, Metric::recall,
                               Metric::clipped_density, Metric::clipped_coverage, Metric::neighbours};
  TextTable table;
  table.headings = {{"class"}, {"images", Align::right}};
  for (const Metric metric : kShown) {
    table.headings.push_back(
        {std::string(quality::metric_facts().at(static_cast<std::size_t>(metric)).title), Align::right});
  }
  for (const quality::ClassQuality& one : source.per_class) {
    std::vector<std::string> cells{one.name, one.images == 0 ? "too few" : format_count(one.images)};
    for (const Metric metric : kShown) cells.push_back(value_text(metric, of(one.values, metric)));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

TextTable quality_copies(const Quality& quality) {
  TextTable table;
  table.headings = {{"source"},
                    {"nearer to training images [95 %]", Align::right},
                    {"equal to one", Align::right},
                    {"least ratio of distances", Align::right}};
  for (const quality::Copies& copies : quality.copies) {
    const metrics::Memorisation& found = copies.memorisation;
    const bool known = !std::isnan(found.nearer_to_training.value);
    table.rows.push_back(
        {copies.source,
         known ? fmt::format("{} {}", share(found.nearer_to_training.value), interval(found.interval)) : "unknown",
         format_count(found.exact_copies), found.nearest.empty() ? "" : share(found.nearest.front().ratio)});
  }
  return table;
}

TextTable nearest_pairs(const quality::Copies& copies, std::size_t most) {
  TextTable table;
  table.headings = {{copies.source},
                    {"nearest training image"},
                    {"distance", Align::right},
                    {"to the nearest test image", Align::right},
                    {"ratio", Align::right}};
  for (std::size_t i = 0; i < std::min(most, copies.memorisation.nearest.size()); ++i) {
    const metrics::NearCopy& near = copies.memorisation.nearest[i];
    table.rows.push_back({copies.generated[i], copies.seen[i], fmt::format("{:.3g}", near.to_training),
                          fmt::format("{:.3g}", near.to_held_out), share(near.ratio)});
  }
  return table;
}

std::vector<std::string> quality_sentences(const Quality& quality) {
  std::vector<std::string> sentences;
  for (const SourceQuality& source : quality.sources) {
    if (!source.photographs) add_against_photographs(quality, source, sentences);
  }
  for (const quality::Copies& copies : quality.copies) add_copies(quality, copies, sentences);
  return sentences;
}

Json quality_json(const Quality& quality) {
  Json sources = Json::array(), copies = Json::array();
  for (const SourceQuality& source : quality.sources) {
    Json one{{"source", source.source}, {"photographs", source.photographs}, {"metrics", values_json(source.values)}};
    for (const quality::ClassQuality& each : source.per_class) {
      one["classes"][each.name] = {{"images", each.images}, {"metrics", values_json(each.values)}};
    }
    sources.push_back(std::move(one));
  }
  for (const quality::Copies& each : quality.copies) copies.push_back(copies_json(each));
  return {{"features", quality.features},
          {"width", quality.width},
          {"real", quality.real},
          {"images", quality.images},
          {"left_out", quality.small_sources},
          {"sigma", quality.sigma},
          {"real_vendi", estimate_json(quality.real_vendi)},
          {"photographs_are_test_images", quality.more_is_test},
          {"sources", sources},
          {"against", quality.against},
          {"copy_images", quality.copy_images},
          {"copies", copies}};
}

}  // namespace ersatz::report
