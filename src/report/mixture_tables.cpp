#include "report/mixture_tables.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/wording.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/caption.hpp"

namespace ersatz::report {
namespace {

using analysis::Gain;
using analysis::Substitution;

TextTable start(std::vector<std::string> header, std::size_t left_columns) {
  TextTable text{std::move(header), {}, {}};
  for (std::size_t c = 0; c < text.header.size(); ++c) text.right_aligned.push_back(c >= left_columns);
  return text;
}

std::string worth_text(const Gain& gain) {
  if (!gain.equivalent) return "";
  return fmt::format("{} {}", analysis::images_text(gain.equivalent->images, *gain.equivalent),
                     analysis::images_interval(*gain.equivalent));
}

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

}  // namespace

TextTable gains_table(const analysis::GainTable& gains) {
  TextTable text = start({"classifier", gains.source, "and", "n", gains.source + " alone", "with both", "difference",
                          "p (Holm)", "worth in " + gains.source + " images", "k"},
                         1);
  text.right_aligned[2] = false;
  for (const Gain& gain : gains.gains) {
    text.rows.push_back({gain.title, format_count(gain.own), analysis::additions_text(gain.mixture, gains.source),
                         std::to_string(gain.seeds), gain.base ? analysis::spread(*gain.base) : "",
                         analysis::spread(gain.accuracy),
                         gain.base ? analysis::difference_text(gain.difference, gain.difference_interval) : "",
                         gain.base ? analysis::p_value(gain.p_holm) : "", worth_text(gain),
                         gain.rate ? analysis::rate_text(gain) : ""});
  }
  return text;
}

std::string gains_csv(const analysis::GainTable& gains) {
  std::string csv = csv_line({"classifier",      "source",     "own_images",      "added",       "added_images",
                              "augmentation",    "seeds",      "accuracy",        "accuracy_sd", "accuracy_low",
                              "accuracy_high",   "alone",      "alone_sd",        "difference",  "difference_low",
                              "difference_high", "p",          "p_holm",          "detectable",  "worth",
                              "worth_low",       "worth_high", "worth_power_law", "k",           "k_low",
                              "k_high"});
  const double none = std::nan("");
  for (const Gain& gain : gains.gains) {
    const auto if_base = [&](double value) { return number(gain.base ? value : none); };
    const auto worth = [&](auto read) { return number(gain.equivalent ? read(*gain.equivalent) : none); };
    csv += csv_line({gain.classifier,
                     gains.source,
                     std::to_string(gain.own),
                     analysis::additions_text({gain.mixture.images, ""}, gains.source),
                     std::to_string(gain.added),
                     gain.mixture.augmentation,
                     std::to_string(gain.seeds),
                     number(gain.accuracy.mean),
                     gain.accuracy.n > 1 ? number(gain.accuracy.sd) : "",
                     number(gain.accuracy_interval.low),
                     number(gain.accuracy_interval.high),
                     gain.base ? number(gain.base->mean) : "",
                     gain.base && gain.base->n > 1 ? number(gain.base->sd) : "",
                     if_base(gain.difference),
                     if_base(gain.difference_interval.low),
                     if_base(gain.difference_interval.high),
                     if_base(gain.p),
                     if_base(gain.p_holm),
                     if_base(gain.detectable),
                     worth([](const auto& w) { return w.images; }),
                     worth([](const auto& w) { return w.interval.low; }),
                     worth([](const auto& w) { return w.interval.high; }),
                     worth([&](const auto& w) { return w.by_power_law.value_or(none); }),
                     gain.rate && gain.rate->rate ? number(*gain.rate->rate) : "",
                     gain.rate ? number(gain.rate->interval.low) : "",
                     gain.rate ? number(gain.rate->interval.high) : ""});
  }
  return csv;
}

TextTable substitution_table(const std::vector<Substitution>& substitutions) {
  TextTable text = start({"classifier", "tested on", "instead of it", "images", "n", "trained on it", "trained instead",
                          "CAS", "the other way round"},
                         3);
  for (const Substitution& s : substitutions) {
    text.rows.push_back({s.title, s.source, s.other_source, format_count(s.images), std::to_string(s.seeds),
                         fmt::format("{} {}", analysis::share(s.own.mean), analysis::interval(s.own_interval)),
                         fmt::format("{} {}", analysis::share(s.other.mean), analysis::interval(s.other_interval)),
                         fmt::format("{} {}", analysis::share(s.score), analysis::interval(s.score_interval)),
                         s.reverse ? fmt::format("{} {}", analysis::share(s.reverse->accuracy.mean),
                                                 analysis::interval(s.reverse->accuracy_interval))
                                   : ""});
  }
  return text;
}

TextTable class_table(const std::vector<Substitution>& substitutions) {
  TextTable text =
      start({"classifier", "class", "instead of", "n", "recall, trained on it", "trained instead", "difference"}, 3);
  for (const Substitution& s : substitutions) {
    for (const auto& one : s.classes) {
      text.rows.push_back({s.title, one.name, fmt::format("{}: {}", s.source, s.other_source), std::to_string(s.seeds),
                           analysis::spread(one.own), analysis::spread(one.other),
                           analysis::difference_text(one.difference.difference, one.difference.interval)});
    }
  }
  return text;
}

std::string worth_markdown(const analysis::ResultTable& table, const analysis::Answer& answer) {
  std::string text = fmt::format("# What other images are worth on {}\n\n", answer.source);
  for (const auto& line : caption_lines(caption(table))) text += line + "  \n";
  text += "\n";
  for (std::size_t i = 0; i < answer.sentences.size(); ++i) text += fmt::format("{}. {}\n", i + 1, answer.sentences[i]);
  for (const auto& warning : answer.warnings) text += fmt::format("\nWarning: {}.\n", warning);
  if (!answer.substitutions.empty()) {
    text += "\n## In place of it\n\n" + substitution_table(answer.substitutions).markdown();
  }
  if (!answer.gains.gains.empty()) text += "\n## Beside it\n\n" + gains_table(answer.gains).markdown();
  if (!answer.substitutions.empty()) text += "\n## Class by class\n\n" + class_table(answer.substitutions).markdown();
  return text;
}

}  // namespace ersatz::report
