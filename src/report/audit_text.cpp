#include "report/audit_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using audit::Audit;
using audit::Comparison;
using audit::Evidence;
using audit::Telling;

constexpr std::size_t kShownKinds = 4;

// "JPEG, quality 75, 4:2:0", with counts unless all of the `total` are of one kind: the most frequent first.
std::string kinds_text(const std::map<std::string, std::size_t>& counts, std::size_t total) {
  std::vector<std::pair<std::size_t, std::string>> kinds;
  for (const auto& [kind, count] : counts) kinds.emplace_back(count, kind);
  std::ranges::stable_sort(kinds, std::ranges::greater(), &std::pair<std::size_t, std::string>::first);
  std::string text;
  std::size_t left = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto& [count, kind] = kinds[i];
    if (i >= kShownKinds) {
      ++left;
      continue;
    }
    text += i == 0 ? "" : "; ";
    text += count == total ? kind : fmt::format("{} ({})", kind, format_count(count));
  }
  if (left > 0) text += fmt::format("; {} more {}", left, left == 1 ? "kind" : "kinds");
  return text;
}

std::string effect_text(const stats::EffectSize& effect) {
  if (std::isnan(effect.d)) return "unknown";
  return fmt::format("{:+.2f} [{:+.2f}, {:+.2f}]", effect.d, effect.interval.low, effect.interval.high);
}

std::string spread_text(const stats::Summary& summary, int digits) {
  return fmt::format("{:.{}f} ± {:.{}f}", summary.mean, digits, summary.sd, digits);
}

int digits_of(std::size_t trait) {
  return trait < 3 || trait == static_cast<std::size_t>(audit::Trait::contrast) ? 1 : 2;
}

std::string area_text(const std::optional<Telling>& telling) {
  if (!telling) return "";
  if (telling->alike) return "all alike";
  return fmt::format("{} {}", share(telling->area.area), interval(telling->area_interval));
}

std::string accuracy_text(const std::optional<Telling>& telling) {
  if (!telling || telling->alike) return "";
  return fmt::format("{} {}", share(telling->accuracy), interval(telling->accuracy_interval));
}

bool is_guessing(const Telling& telling) {
  return telling.alike || (telling.area_interval.low <= 0.5 && telling.area_interval.high >= 0.5);
}

// Worse than guessing: what a classifier learns of some images is wrong for others, because they come in pairs.
bool is_below_guessing(const Telling& telling) { return !telling.alike && telling.area_interval.high < 0.5; }

using Chosen = bool (*)(const Telling&);

// "residual .923 and all pixels .719": the evidence whose telling is `chosen`.
std::string joined_evidence(const Comparison& other, Chosen chosen) {
  std::vector<std::string> parts;
  for (std::size_t e = 0; e < audit::kEvidences; ++e) {
    const auto& telling = other.as_they_are[e];
    if (!telling || !chosen(*telling)) continue;
    parts.push_back(fmt::format("{} {}", audit::evidence_name(static_cast<Evidence>(e)),
                                telling->alike ? "(all alike)" : share(telling->area.area)));
  }
  return join_words(parts);
}

bool is_known(const Telling& telling) { return !is_guessing(telling) && !is_below_guessing(telling); }

void add_levels(const Comparison& other, const std::string& real, std::vector<std::string>& sentences) {
  struct Level {
    Chosen chosen;
    const char* words;
  };
  const Level levels[] = {
      {[](const Telling& one) { return is_known(one) && one.area.area >= kGivesAway; },
       "What gives {0} away beside {1} (AUC of .9 and above): {2}."},
      {[](const Telling& one) { return is_known(one) && one.area.area >= kTellsMuch && one.area.area < kGivesAway; },
       "What tells {0} from {1} well (.75 to .9): {2}."},
      {[](const Telling& one) { return is_known(one) && one.area.area >= kTellsLittle && one.area.area < kTellsMuch; },
       "What tells {0} from {1} a little (.6 to .75): {2}."},
      {[](const Telling& one) { return is_known(one) && one.area.area < kTellsLittle; },
       "What hardly tells {0} from {1} (below .6): {2}."},
      {is_guessing, "What tells {0} from {1} no better than guessing: {2}."},
      {is_below_guessing,
       "Below guessing, {0} beside {1}: {2}. Images of both seem to come in pairs or groups: say which with made_from "
       "or "
       "group in a study file."}};
  for (const Level& level : levels) {
    const std::string evidence = joined_evidence(other, level.chosen);
    if (!evidence.empty()) sentences.push_back(fmt::format(fmt::runtime(level.words), other.source, real, evidence));
  }
}

void add_encoding(const Comparison& other, const std::string& real, std::vector<std::string>& sentences) {
  const auto telling_much = [&](Evidence evidence) {
    const auto& telling = other.as_they_are[static_cast<std::size_t>(evidence)];
    return telling && is_known(*telling) && telling->area.area >= kTellsMuch;
  };
  if (telling_much(Evidence::encoder)) {
    sentences.push_back(fmt::format(
        "The files of {} and {} are encoded in different ways. A classifier that is trained on both may learn that "
        "instead of what the images show: encode them alike first.",
        other.source, real));
  } else if (telling_much(Evidence::file_size)) {
    sentences.push_back(
        fmt::format("The files of {} and {} are encoded alike, but differ in size: their images are not "
                    "equally easy to compress.",
                    other.source, real));
  }
  std::vector<std::string> gone;
  for (std::size_t e = 0; e < audit::kEvidences; ++e) {
    const auto &before = other.as_they_are[e], &after = other.encoded_alike[e];
    if (!before || !after || !is_known(*before) || before->area.area < kTellsMuch) continue;
    if (is_guessing(*after) || after->area.area < kTellsLittle) {
      gone.push_back(fmt::format("{} ({} instead of {})", audit::evidence_name(static_cast<Evidence>(e)),
                                 after->alike ? ".500" : share(after->area.area), share(before->area.area)));
    }
  }
  if (!gone.empty()) {
    sentences.push_back(fmt::format("Encoded alike, {} and {} can hardly be told apart any more by: {}.", other.source,
                                    real, join_words(gone)));
  }
}

}  // namespace

TextTable audit_files(const Audit& audit) {
  TextTable table;
  table.headings = {{"source"},
                    {"train", Align::right},
                    {"test", Align::right},
                    {"files", Align::right},
                    {"encoding"},
                    {"size"},
                    {"bytes per pixel", Align::right},
                    {"metadata"}};
  for (const audit::SourceFiles& files : audit.files) {
    if (files.files == 0) {
      table.rows.push_back({files.source, format_count(files.training), format_count(files.testing), "none",
                            "arrays of pixels", "", "", ""});
      continue;
    }
    table.rows.push_back({files.source, format_count(files.training), format_count(files.testing),
                          format_count(files.files), kinds_text(files.encodings, files.files),
                          data::describe(files.sizes), fmt::format("{:.2f}", files.bytes_per_pixel),
                          files.notes.empty() ? "none" : kinds_text(files.notes, files.files)});
  }
  return table;
}

TextTable audit_traits(const Audit& audit, const Comparison& other) {
  TextTable table;
  table.headings = {{"trait"},
                    {audit.real, Align::right},
                    {other.source, Align::right},
                    {"d [95 %]", Align::right},
                    {"largest in", Align::left}};
  for (std::size_t t = 0; t < audit::kTraits; ++t) {
    const audit::TraitEffect& effect = other.traits[t];
    if (std::isnan(audit.real_traits[t].mean)) continue;  // (the images are too small for it)
    std::string largest;
    double most = 0;
    for (std::size_t k = 0; k < effect.per_class.size(); ++k) {
      const stats::EffectSize& one = effect.per_class[k];
      const bool is_shown = one.interval.low > 0 || one.interval.high < 0;
      if (!is_shown || std::abs(one.d) <= most) continue;
      most = std::abs(one.d);
      largest = fmt::format("{} {:+.2f}", audit.classes[k], one.d);
    }
    table.rows.push_back({std::string(audit::trait_name(t)), spread_text(audit.real_traits[t], digits_of(t)),
                          spread_text(effect.summary, digits_of(t)), effect_text(effect.effect), largest});
  }
  return table;
}

TextTable audit_evidence(const Comparison& other) {
  TextTable table;
  table.headings = {{"evidence"},
                    {"AUC [95 %]", Align::right},
                    {"accuracy [95 %]", Align::right},
                    {"encoded alike: AUC [95 %]", Align::right},
                    {"what it is"}};
  for (std::size_t e = 0; e < audit::kEvidences; ++e) {
    const auto evidence = static_cast<Evidence>(e);
    if (!other.as_they_are[e] && !other.encoded_alike[e]) continue;
    table.rows.push_back({std::string(audit::evidence_name(evidence)), area_text(other.as_they_are[e]),
                          accuracy_text(other.as_they_are[e]), area_text(other.encoded_alike[e]),
                          std::string(audit::evidence_words(evidence))});
  }
  return table;
}

std::vector<std::string> audit_sentences(const Audit& audit) {
  std::vector<std::string> sentences;
  for (const Comparison& other : audit.others) {
    if (!other.as_they_are[static_cast<std::size_t>(Evidence::pixels)]) continue;
    add_levels(other, audit.real, sentences);
    add_encoding(other, audit.real, sentences);
  }
  return sentences;
}

}  // namespace ersatz::report
