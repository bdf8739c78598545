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

// "JPEG, quality 75, 4:2:0", with counts where there are several: the most frequent first.
std::string kinds_text(const std::map<std::string, std::size_t>& counts) {
  std::vector<std::pair<std::size_t, std::string>> kinds;
  for (const auto& [kind, count] : counts) kinds.emplace_back(count, kind);
  std::ranges::stable_sort(kinds, std::ranges::greater(), &std::pair<std::size_t, std::string>::first);
  std::vector<std::string> parts;
  for (const auto& [count, kind] : kinds) {
    parts.push_back(kinds.size() == 1 ? kind : fmt::format("{} ({})", kind, format_count(count)));
  }
  if (parts.size() > kShownKinds) {
    const std::size_t others = parts.size() - kShownKinds;
    parts.resize(kShownKinds);
    parts.push_back(fmt::format("{} other kinds", others));
  }
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

std::string signed_number(double value) { return std::isnan(value) ? "unknown" : fmt::format("{:+.2f}", value); }

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

double area_of(const std::optional<Telling>& telling) {
  return !telling ? NAN : telling->alike ? 0.5 : telling->area.area;
}

std::string joined_evidence(const Comparison& other, double from, double below) {
  std::vector<std::string> parts;
  for (std::size_t e = 0; e < audit::kEvidences; ++e) {
    const double area = area_of(other.as_they_are[e]);
    if (area >= from && area < below) {
      const std::string how_well = other.as_they_are[e]->alike ? "(all alike)" : share(area);
      parts.push_back(fmt::format("{} {}", audit::evidence_name(static_cast<Evidence>(e)), how_well));
    }
  }
  return join_words(parts);
}

void add_levels(const Comparison& other, const std::string& real, std::vector<std::string>& sentences) {
  struct Level {
    double from, below;
    const char* words;
  };
  const Level levels[] = {{kGivesAway, 1.1, "gives the source away (AUC of .9 and above)"},
                          {kTellsMuch, kGivesAway, "tells much (.75 to .9)"},
                          {kTellsLittle, kTellsMuch, "tells a little (.6 to .75)"},
                          {-1, kTellsLittle, "tells next to nothing (below .6)"}};
  for (const Level& level : levels) {
    const std::string evidence = joined_evidence(other, level.from, level.below);
    if (!evidence.empty()) {
      sentences.push_back(fmt::format("{} against {}: what {}: {}.", other.source, real, level.words, evidence));
    }
  }
}

void add_encoding(const Comparison& other, const std::string& real, std::vector<std::string>& sentences) {
  for (const Evidence evidence : {Evidence::encoder, Evidence::file_size}) {
    const double area = area_of(other.as_they_are[static_cast<std::size_t>(evidence)]);
    if (area >= kTellsMuch) {
      sentences.push_back(
          fmt::format("The files of {} and {} are not encoded alike ({}: AUC {}). A classifier that is trained on both "
                      "may learn that instead of what the images show: encode them alike first.",
                      other.source, real, audit::evidence_name(evidence), share(area)));
      break;
    }
  }
  for (std::size_t e = 0; e < audit::kEvidences; ++e) {
    const double before = area_of(other.as_they_are[e]), after = area_of(other.encoded_alike[e]);
    if (before >= kTellsMuch && after < kTellsLittle) {
      sentences.push_back(fmt::format("Encoded alike, {} no longer tells {} from {}: AUC {} instead of {}.",
                                      audit::evidence_name(static_cast<Evidence>(e)), other.source, real, share(after),
                                      share(before)));
    }
  }
}

}  // namespace

TextTable audit_files(const Audit& audit) {
  TextTable table;
  table.headings = {{"source"}, {"files", Align::right},         {"encoding"},
                    {"size"},   {"bytes a pixel", Align::right}, {"metadata"}};
  for (const audit::SourceFiles& files : audit.files) {
    if (files.files == 0) {
      table.rows.push_back({files.source, "none", "arrays of pixels", "", "", ""});
      continue;
    }
    table.rows.push_back({files.source, format_count(files.files), kinds_text(files.encodings),
                          data::describe(files.sizes), fmt::format("{:.2f}", files.bytes_per_pixel),
                          files.notes.empty() ? "none" : kinds_text(files.notes)});
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
    std::string largest;
    double most = -1;
    for (std::size_t k = 0; k < effect.per_class.size(); ++k) {
      const double size = std::abs(effect.per_class[k].d);
      if (size > most) {
        most = size;
        largest = fmt::format("{} {}", audit.classes[k], signed_number(effect.per_class[k].d));
      }
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
