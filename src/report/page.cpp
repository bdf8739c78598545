#include "report/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "report/answer_text.hpp"
#include "report/caption.hpp"
#include "report/conclusion_text.hpp"
#include "report/html.hpp"
#include "report/mixture_tables.hpp"
#include "report/tables.hpp"

namespace ersatz::report {
namespace {

using analysis::ResultTable;

constexpr std::string_view kStyle = R"(
:root { color-scheme: light; }
body { font: 15px/1.5 "DejaVu Sans", Verdana, Helvetica, sans-serif; color: #333; background: #fff;
       max-width: 1080px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; margin-bottom: .2em; } h2 { font-size: 1.15em; margin-top: 2.2em; color: #2a6496; }
p { margin: .3em 0; } .small { color: #666; font-size: .87em; }
.warning { background: #fff4dc; border-left: 4px solid #b8892b; padding: .3em .8em; }
.conclusion { background: #eef3f8; border-left: 4px solid #2a6496; padding: .5em .9em; margin: .8em 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .87em; font-variant-numeric: tabular-nums; margin: .6em 0; }
th, td { padding: .25em .8em .25em 0; text-align: left; white-space: nowrap; border-bottom: 1px solid #e6e6e6; }
th { border-bottom: 1px solid #999; font-weight: 600; } .number { text-align: right; padding: .25em 0 .25em .8em; }
svg { width: 100%; height: auto; display: block; margin: .8em 0; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); gap: 1em; align-items: start; }
pre { background: #f6f6f6; padding: .7em 1em; overflow-x: auto; } code { font-family: "DejaVu Sans Mono", monospace; }
@media print { body { max-width: none; } .pairs, svg { break-inside: avoid; } }
)";

std::string paragraph(std::string_view text, std::string_view kind = "") {
  if (kind.empty()) return fmt::format("<p>{}</p>\n", escape_html(text));
  return fmt::format("<p class=\"{}\">{}</p>\n", kind, escape_html(text));
}

std::string figures(const std::vector<PageFigure>& list, std::string_view prefix) {
  std::string html;
  for (std::size_t i = 0; i < list.size(); ++i) {
    html += inline_svg(read_file(list[i].svg), fmt::format("{}{}", prefix, i), list[i].label) + "\n";
  }
  return html;
}

// What training on something besides the tested source did, with all its numbers.
std::string answer_section(const analysis::Answer& answer) {
  std::string html = fmt::format("<h2>What other images are worth on {}</h2>\n<ol>\n", escape_html(answer.source));
  const AnswerText told = answer_text(answer);
  for (const auto& sentence : told.sentences) html += "<li>" + escape_html(sentence) + "</li>\n";
  html += "</ol>\n";
  for (const auto& warning : told.warnings) html += paragraph(warning, "warning");
  if (!answer.substitutions.empty()) html += html_table(substitution_table(answer.substitutions));
  if (!answer.gains.gains.empty()) html += html_table(gains_table(answer.gains));
  if (!answer.substitutions.empty()) html += html_table(class_table(answer.substitutions));
  return html;
}

TextTable runs_table(const ResultTable& table) {
  using Run = study::RunRecord;
  const auto budget = [](const Run& run) { return run.spec.settings.steps.has_value(); };
  const auto best = [budget](const Run& run) { return budget(run) ? "last" : std::to_string(run.best_round); };
  const auto ended = [budget](const Run& run) {
    return run.stopped_early ? "early" : (budget(run) ? "after all steps" : "at the last epoch");
  };
  const std::vector<Column<Run>> columns{
      {"run", Align::left, [](const Run& run) { return run.id(); }},
      {"training images", Align::right, [](const Run& run) { return format_count(run.training_images); }},
      {"validation", Align::right, [](const Run& run) { return format_count(run.validation_images); }},
      {"epochs", Align::right, [](const Run& run) { return std::to_string(run.epochs_run); }},
      {"best", Align::right, best},
      {"ended", Align::left, ended},
      {"precision", Align::left, [](const Run& run) { return run.precision; }},
      {"time", Align::right, [](const Run& run) { return format_duration(run.seconds); }},
  };
  return make_table(columns, table.runs);
}

std::string setting_text(const Json& value) {
  if (value.is_null()) return "none";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string runs_text(const std::vector<std::string>& runs, std::size_t all) {
  if (runs.size() == all) return "all";
  return runs.size() <= 4 ? join_words(runs, ", ") : fmt::format("{} of {}", runs.size(), all);
}

// What each training set takes, then the settings that all runs share, and those that differ with their runs.
TextTable settings_table(const ResultTable& table) {
  struct Row {
    std::string setting, value, runs;
  };
  std::vector<Row> rows;
  std::vector<std::string> keys, training_sets;
  std::map<std::string, std::vector<std::pair<std::string, std::vector<std::string>>>> values;
  for (const auto& run : table.runs) {
    const Json description = study::to_json(run.spec);
    for (const auto& [key, value] : description.at("settings").items()) {
      if (key == "sources") {
        const auto& name = run.spec.train_on.name;
        if (std::ranges::find(training_sets, name) != training_sets.end()) continue;
        training_sets.push_back(name);
        std::vector<std::string> parts;
        for (const auto& [source, amount] : value.items()) parts.push_back(source + " = " + setting_text(amount));
        rows.push_back({"training set " + name, join_words(parts, ", "), "those trained on " + name});
        continue;
      }
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
      auto& seen = values[key];
      const std::string written = setting_text(value);
      auto found = std::ranges::find_if(seen, [&](const auto& entry) { return entry.first == written; });
      if (found == seen.end()) found = seen.insert(seen.end(), {written, {}});
      found->second.push_back(run.id());
    }
  }
  for (const auto& key : keys) {
    for (const auto& [value, runs] : values[key]) {
      rows.push_back({key, value, runs_text(runs, table.runs.size())});
    }
  }
  const std::vector<Column<Row>> columns{{"setting", Align::left, [](const Row& row) { return row.setting; }},
                                         {"value", Align::left, [](const Row& row) { return row.value; }},
                                         {"runs", Align::left, [](const Row& row) { return row.runs; }}};
  return make_table(columns, rows);
}

TextTable machines_table(const ResultTable& table) {
  using Machine = std::pair<study::Environment, std::size_t>;  // and its number of runs
  std::vector<Machine> machines;
  for (const auto& run : table.runs) {
    auto found = std::ranges::find_if(machines, [&](const auto& known) { return known.first == run.environment; });
    if (found == machines.end()) found = machines.insert(machines.end(), {run.environment, 0});
    ++found->second;
  }
  const std::vector<Column<Machine>> columns{
      {"ersatz", Align::left, [](const Machine& machine) { return machine.first.ersatz; }},
      {"oneDNN", Align::left, [](const Machine& machine) { return machine.first.onednn; }},
      {"compiler", Align::left, [](const Machine& machine) { return machine.first.compiler; }},
      {"processor", Align::left, [](const Machine& machine) { return machine.first.cpu; }},
      {"instruction set", Align::left, [](const Machine& machine) { return machine.first.isa; }},
      {"runs", Align::right, [](const Machine& machine) { return std::to_string(machine.second); }},
  };
  return make_table(columns, machines);
}

std::string reproduce(const ResultTable& table) {
  std::string html = "<h2>How to reproduce</h2>\n";
  html += paragraph(
      "The same study file, data and seeds give the same weights to the bit on a processor with the same "
      "instruction set, the same oneDNN and the same compiler; elsewhere rounding differs, and results may "
      "differ as they do between seeds.");
  std::string run = "ersatz run STUDY.toml --data PATH --out DIR";
  if (!table.runs.empty() && table.runs[0].spec.settings.limit) {
    run += fmt::format(" --limit {}", *table.runs[0].spec.settings.limit);
  }
  html += "<pre><code>" + escape_html(run) +
          "\nersatz table DIR     # this page's first table\n"
          "ersatz report DIR    # all tables, figures and this page again, from the run folders\n</code></pre>\n";
  html +=
      paragraph("Data fingerprint (SHA-256 over all images, labels and class names): " + table.study.data_fingerprint);
  return html + html_table(settings_table(table)) + html_table(machines_table(table));
}

}  // namespace

std::string report_page(const ResultTable& table, const std::vector<analysis::Answer>& answers,
                        const PageFigures& shown) {
  const Caption about = caption(table);
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{0}</title>\n<style>{1}</style>\n</head>\n"
      "<body>\n<h1>{0}</h1>\n",
      escape_html("Study " + table.study.name), kStyle);
  html += paragraph(about.heading, "small");
  for (const auto& line : about.warnings) html += paragraph(line, "warning");
  for (const auto& line : conclusion_sentences(table)) html += paragraph(line, "conclusion");
  html += "<h2>Results</h2>\n";
  html += table.cells.empty() ? paragraph("No run is finished yet.") : html_table(accuracy_table(table));
  for (const auto& line : about.explanations) html += paragraph(line, "small");
  if (table.cells.empty()) return html + "</body>\n</html>\n";
  for (const analysis::Answer& one : answers) html += answer_section(one);
  html += figures(shown.mixtures, "mixtures");
  html += "<h2>F1 per class</h2>\n" + html_table(f1_table(table));
  html += "<h2>Training</h2>\n" + figures(shown.histories, "history");
  html += "<h2>Confusion matrices</h2>\n<div class=\"pairs\">\n";
  for (std::size_t i = 0; i < shown.confusions.size(); ++i) {
    const PageFigure& one = shown.confusions[i];
    html += "<div>" + inline_svg(read_file(one.svg), fmt::format("confusion{}", i), one.label) + "</div>\n";
  }
  html += "</div>\n<h2>Runs</h2>\n" + html_table(runs_table(table)) + reproduce(table);
  return html + "</body>\n</html>\n";
}

}  // namespace ersatz::report
