#include "report/mixture_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "report/answer_text.hpp"
#include "report/caption.hpp"
#include "report/latex.hpp"
#include "report/mixture_text.hpp"
#include "report/settings_text.hpp"
#include "report/use_text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::Gain;
using analysis::PairedDifference;
using analysis::Substitution;

std::string worth_text(const Gain& gain) {
  if (!gain.equivalent) return "";
  return fmt::format("{} {}", images_text(gain.equivalent->images, *gain.equivalent),
                     images_interval(*gain.equivalent));
}

std::string point(double value, const stats::Interval& range) {
  return fmt::format("{} {}", share(value), interval(range));
}

bool compares_with_random(const analysis::GainTable& gains) {
  return std::ranges::any_of(gains.gains, [](const Gain& gain) { return gain.over_random.has_value(); });
}

// Empty where there is none, and for NaN.
std::string number(const std::optional<double>& value) {
  return !value || std::isnan(*value) ? "" : fmt::format("{}", *value);
}

}  // namespace

TextTable gains_table(const analysis::GainTable& gains) {
  const std::string& source = gains.source;
  const auto if_change = [](auto text) {
    return [text](const Gain& gain) { return gain.change ? text(gain) : std::string(); };
  };
  std::vector<Column<Gain>> columns{
      {"classifier", Align::left, [](const Gain& gain) { return gain.title; }},
      {source, Align::right, [](const Gain& gain) { return format_count(gain.own); }},
      {"added", Align::left, [&](const Gain& gain) { return additions_text(gain.mixture, source); }},
      {"n", Align::right, [](const Gain& gain) { return std::to_string(gain.seeds); }},
      {source + " alone", Align::right, if_change([](const Gain& gain) { return spread(gain.change->first); })},
      {"with it", Align::right, [](const Gain& gain) { return spread(gain.accuracy); }},
      {"difference", Align::right, if_change([](const Gain& gain) {
         return difference_text(gain.change->difference.mean, gain.change->simultaneous);
       })},
      {"p (Holm)", Align::right, if_change([](const Gain& gain) { return p_value(gain.p_holm); })},
      {"worth in " + source + " images", Align::right, worth_text},
      {"k", Align::right, [](const Gain& gain) { return gain.rate ? rate_text(gain) : ""; }},
      {"worth of 1,000", Align::right, [](const Gain& gain) { return gain.value ? thousand_text(*gain.value) : ""; }},
  };
  if (compares_with_random(gains)) {
    columns.push_back({"over random", Align::right, [](const Gain& gain) {
                         return gain.over_random
                                    ? difference_text(gain.over_random->difference.mean, gain.over_random->simultaneous)
                                    : "";
                       }});
    columns.push_back({"p over random (Holm)", Align::right,
                       [](const Gain& gain) { return gain.over_random ? p_value(gain.over_random_p_holm) : ""; }});
  }
  return make_table(columns, gains.gains);
}

std::string gains_csv(const analysis::GainTable& gains) {
  using Number = std::function<std::optional<double>(const Gain&)>;
  using analysis::Equivalent;
  std::vector<CsvColumn<Gain>> columns{
      {"classifier", [](const Gain& gain) { return gain.classifier; }},
      {"source", [&](const Gain&) { return gains.source; }},
      {"own_images", [](const Gain& gain) { return std::to_string(gain.own); }},
      {"added", [&](const Gain& gain) { return other_images_text(gain.mixture, gains.source); }},
      {"added_images", [](const Gain& gain) { return std::to_string(gain.added); }},
      {"augmentation",
       [](const Gain& gain) { return gain.mixture.augmentation ? augmentation_text(*gain.mixture.augmentation) : ""; }},
      {"seeds", [](const Gain& gain) { return std::to_string(gain.seeds); }},
  };
  const auto add = [&](const char* name, const Number& value) {
    columns.push_back({name, [value](const Gain& gain) { return number(value(gain)); }});
  };
  const auto add_sd = [&](const char* name, const std::function<std::optional<stats::Summary>(const Gain&)>& read) {
    add(name, [read](const Gain& gain) -> std::optional<double> {
      const auto summary = read(gain);
      return summary && summary->n > 1 ? std::optional(summary->sd) : std::nullopt;
    });
  };
  const auto add_change = [&](const char* name, const std::function<double(const PairedDifference&)>& read) {
    add(name, [read](const Gain& gain) { return gain.change ? std::optional(read(*gain.change)) : std::nullopt; });
  };
  const auto add_worth = [&](const char* name, const std::function<std::optional<double>(const Equivalent&)>& read) {
    add(name, [read](const Gain& gain) { return gain.equivalent ? read(*gain.equivalent) : std::nullopt; });
  };
  const auto add_rate = [&](const char* name,
                            const std::function<std::optional<double>(const analysis::ExchangeRate&)>& read) {
    add(name, [read](const Gain& gain) { return gain.rate ? read(*gain.rate) : std::nullopt; });
  };
  add("accuracy", [](const Gain& gain) { return gain.accuracy.mean; });
  add_sd("accuracy_sd", [](const Gain& gain) { return gain.accuracy; });
  add("accuracy_low", [](const Gain& gain) { return gain.accuracy_interval.low; });
  add("accuracy_high", [](const Gain& gain) { return gain.accuracy_interval.high; });
  add_change("alone", [](const PairedDifference& change) { return change.first.mean; });
  add_sd("alone_sd", [](const Gain& gain) { return gain.change ? std::optional(gain.change->first) : std::nullopt; });
  add_change("difference", [](const PairedDifference& change) { return change.difference.mean; });
  add_change("difference_low", [](const PairedDifference& change) { return change.interval.low; });
  add_change("difference_high", [](const PairedDifference& change) { return change.interval.high; });
  add_change("p", [](const PairedDifference& change) { return change.p; });
  add("p_holm", [](const Gain& gain) { return gain.change ? std::optional(gain.p_holm) : std::nullopt; });
  add_change("detectable", [](const PairedDifference& change) { return change.detectable; });
  add_worth("worth", [](const Equivalent& worth) { return worth.images; });
  add_worth("worth_low", [](const Equivalent& worth) { return worth.interval.low; });
  add_worth("worth_high", [](const Equivalent& worth) { return worth.interval.high; });
  add_worth("worth_power_law", [](const Equivalent& worth) { return worth.by_power_law; });
  add_rate("k", [](const auto& rate) { return rate.rate; });
  add_rate("k_low", [](const auto& rate) { return rate.interval.low; });
  add_rate("k_high", [](const auto& rate) { return rate.interval.high; });
  add_change("family", [](const PairedDifference& change) { return static_cast<double>(change.family); });
  add_change("simultaneous_low", [](const PairedDifference& change) { return change.simultaneous.low; });
  add_change("simultaneous_high", [](const PairedDifference& change) { return change.simultaneous.high; });
  if (std::ranges::any_of(gains.gains, [](const Gain& gain) { return !gain.mixture.use.is_usual(); })) {
    columns.push_back({"use", [](const Gain& gain) { return use_text(gain.mixture.use); }});
  }
  if (std::ranges::any_of(gains.gains, [](const Gain& gain) { return gain.mixture.has_own_settings(); })) {
    columns.push_back({"own_settings", [](const Gain& gain) { return settings_text(gain.mixture.own); }});
  }
  if (compares_with_random(gains)) {
    const auto add_over_random = [&](const char* name, const std::function<double(const PairedDifference&)>& read) {
      add(name, [read](const Gain& gain) {
        return gain.over_random ? std::optional(read(*gain.over_random)) : std::nullopt;
      });
    };
    add_over_random("at_random", [](const PairedDifference& change) { return change.first.mean; });
    add_over_random("over_random", [](const PairedDifference& change) { return change.difference.mean; });
    add_over_random("over_random_low", [](const PairedDifference& change) { return change.simultaneous.low; });
    add_over_random("over_random_high", [](const PairedDifference& change) { return change.simultaneous.high; });
    add("over_random_p_holm",
        [](const Gain& gain) { return gain.over_random ? std::optional(gain.over_random_p_holm) : std::nullopt; });
  }
  const auto add_value = [&](const char* name, analysis::Bounded analysis::AddedValue::*part) {
    add(name,
        [part](const Gain& gain) { return gain.value ? std::optional((*gain.value.*part).number()) : std::nullopt; });
  };
  const auto add_step = [&](const char* name, const std::function<double(const analysis::AddedStep&)>& read) {
    add(name, [read](const Gain& gain) { return gain.step ? std::optional(read(*gain.step)) : std::nullopt; });
  };
  add_value("images_per_added", &analysis::AddedValue::per_image);
  add_value("images_per_added_low", &analysis::AddedValue::low);
  add_value("images_per_added_high", &analysis::AddedValue::high);
  add_step("step_from", [](const auto& step) { return static_cast<double>(step.from); });
  add_step("step_difference", [](const auto& step) { return step.change.difference.mean; });
  add_step("step_low", [](const auto& step) { return step.change.interval.low; });
  add_step("step_high", [](const auto& step) { return step.change.interval.high; });
  add_step("step_images_per_added",
           [](const auto& step) { return step.per_image ? step.per_image->number() : std::nan(""); });
  add_worth("worth_cubic", [](const Equivalent& worth) { return worth.by_cubic; });
  add_rate("k_least_reading", [](const auto& rate) { return rate.readings.low; });
  add_rate("k_largest_reading", [](const auto& rate) { return rate.readings.high; });
  return make_csv(columns, gains.gains);
}

TextTable substitution_table(const std::vector<Substitution>& substitutions) {
  const std::vector<Column<Substitution>> columns{
      {"classifier", Align::left, [](const Substitution& s) { return s.title; }},
      {"tested on", Align::left, [](const Substitution& s) { return s.source; }},
      {"other source", Align::left, [](const Substitution& s) { return s.other_source; }},
      {"images", Align::right, [](const Substitution& s) { return format_count(s.images); }},
      {"n", Align::right, [](const Substitution& s) { return std::to_string(s.seeds); }},
      {"trained on tested source", Align::right,
       [](const Substitution& s) { return point(s.own.mean, s.own_interval); }},
      {"trained on other source", Align::right,
       [](const Substitution& s) { return point(s.other.mean, s.other_interval); }},
      {"CAS", Align::right,
       [](const Substitution& s) { return share(s.score) + " " + ratio_interval(s.score_interval); }},
      {"tested on other source", Align::right,
       [](const Substitution& s) {
         return s.reverse ? point(s.reverse->accuracy.mean, s.reverse->accuracy_interval) : "";
       }},
  };
  return make_table(columns, substitutions);
}

TextTable class_table(const std::vector<Substitution>& substitutions) {
  struct Row {
    const Substitution* of;
    const analysis::ClassSubstitution* one;
  };
  std::vector<Row> rows;
  for (const Substitution& s : substitutions) {
    for (const auto& one : s.classes) rows.push_back({&s, &one});
  }
  const std::vector<Column<Row>> columns{
      {"classifier", Align::left, [](const Row& row) { return row.of->title; }},
      {"class", Align::left, [](const Row& row) { return row.one->name; }},
      {"source: other source", Align::left,
       [](const Row& row) { return fmt::format("{}: {}", row.of->source, row.of->other_source); }},
      {"n", Align::right, [](const Row& row) { return std::to_string(row.of->seeds); }},
      {"F1, trained on source", Align::right, [](const Row& row) { return spread(row.one->own.f1); }},
      {"trained on other source", Align::right, [](const Row& row) { return spread(row.one->other.f1); }},
      {"difference", Align::right,
       [](const Row& row) { return difference_text(row.one->f1.estimate.mean, row.one->f1.interval); }},
      {"as well", Align::left, [](const Row& row) { return row.one->as_well ? "yes" : ""; }},
      {"recall, trained on source", Align::right, [](const Row& row) { return spread(row.one->own.recall); }},
      {"trained on other source", Align::right, [](const Row& row) { return spread(row.one->other.recall); }},
      {"difference", Align::right,
       [](const Row& row) { return difference_text(row.one->recall.estimate.mean, row.one->recall.interval); }},
  };
  return make_table(columns, rows);
}

std::string gains_note(const analysis::GainTable& gains) {
  const bool compares = std::ranges::any_of(gains.gains, [](const Gain& gain) { return gain.change.has_value(); });
  return fmt::format(
      "{}Worth and k: 95 % intervals, of each by itself. Worth of 1,000: of added images, in further {} ones.{}",
      compares ? fmt::format("Differences: 95 % intervals that hold together for {}, and p after Holm's "
                             "correction over the same. ",
                             family_text(gains))
               : "",
      gains.source,
      compares_with_random(gains)
          ? " Over random: what a verifier kept against as many images kept at random; intervals and p hold together "
            "for all of these."
          : "");
}

std::string class_note() {
  return fmt::format(
      "Differences: 95 % intervals that hold together for all classes of a classifier. As well: F1 is shown to differ "
      "by less than {}.",
      share(analysis::kAsWell, 2));
}

std::string worth_markdown(const analysis::ResultTable& table, const analysis::Answer& answer) {
  std::string text = fmt::format("# What other images are worth on {}\n\n", answer.source);
  for (const auto& line : caption_lines(caption(table))) text += line + "  \n";
  text += "\n";
  const AnswerText told = answer_text(answer);
  for (std::size_t i = 0; i < told.sentences.size(); ++i) text += fmt::format("{}. {}\n", i + 1, told.sentences[i]);
  for (const auto& warning : told.warnings) text += fmt::format("\nWarning: {}.\n", warning);
  if (!answer.substitutions.empty()) {
    text += fmt::format("\n## In place of {}\n\n", answer.source) + substitution_table(answer.substitutions).markdown();
  }
  if (!answer.gains.gains.empty())
    text += fmt::format("\n## Added to {}\n\n{}\n\n", answer.source, gains_note(answer.gains)) +
            gains_table(answer.gains).markdown();
  if (!answer.substitutions.empty()) {
    text += fmt::format("\n## Class by class\n\n{}\n\n", class_note()) + class_table(answer.substitutions).markdown();
  }
  return text;
}

std::string worth_latex(const analysis::ResultTable& table, const analysis::Answer& answer) {
  const std::string prefix = fmt::format("{}-{}-", table.study.name, answer.source);
  const auto one = [&](const TextTable& rows, const std::string& title, const std::string& note, const char* name) {
    std::vector<std::string> lines{title};
    if (!note.empty()) lines.push_back(note);
    const std::vector<std::string> explained = caption_lines(caption(table));
    lines.insert(lines.end(), explained.begin(), explained.end());
    return latex_table(rows, lines, prefix + name);
  };
  std::string text;
  if (!answer.substitutions.empty()) {
    text += one(substitution_table(answer.substitutions), "In place of " + answer.source, "", "in-place") + "\n";
  }
  if (!answer.gains.gains.empty())
    text += one(gains_table(answer.gains), "Added to " + answer.source, gains_note(answer.gains), "added") + "\n";
  if (!answer.substitutions.empty())
    text += one(class_table(answer.substitutions), "Class by class", class_note(), "classes");
  return text;
}

}  // namespace ersatz::report
