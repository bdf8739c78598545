// What a study was made of: its data, its settings, its runs.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/mixtures.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "report/page/sections.hpp"
#include "report/use_text.hpp"

namespace ersatz::report {
namespace {

using analysis::ResultTable;

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

// Of every source and class, how many images it is tested on.
TextTable test_images_table(const ResultTable& table) {
  TextTable counts;
  counts.headings.push_back({"class", Align::left});
  for (const auto& [source, labels] : table.truth) counts.headings.push_back({source + " test images", Align::right});
  std::vector<std::vector<std::size_t>> of_class(table.study.classes.size());
  for (const auto& [source, labels] : table.truth) {
    for (auto& row : of_class) row.push_back(0);
    for (const std::int32_t label : labels) ++of_class[static_cast<std::size_t>(label)].back();
  }
  for (std::size_t c = 0; c < of_class.size(); ++c) {
    auto& row = counts.rows.emplace_back();
    row.push_back(table.study.classes[c]);
    for (const std::size_t n : of_class[c]) row.push_back(format_count(n));
  }
  return counts;
}

// What each training set took of every source.
TextTable training_images_table(const ResultTable& table) {
  struct Row {
    std::string set, images, of, watched;
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows;
  for (const auto& run : table.runs) {
    std::vector<std::string> parts;
    const auto& sources = run.spec.train_on.sources;
    for (std::size_t i = 0; i < sources.size() && i < run.source_images.size(); ++i) {
      parts.push_back(fmt::format("{} {}", format_count(run.source_images[i]), sources[i].first));
    }
    const auto mixture = analysis::mixture_of(run);
    const std::string use = mixture ? use_text(mixture->use) : "";
    Row row{run.spec.train_on.name, format_count(run.training_images),
            join_words(parts) + (use.empty() ? "" : ", ") + use, format_count(run.validation_images)};
    if (std::ranges::find(rows, row) == rows.end()) rows.push_back(std::move(row));
  }
  return make_table<Row>({{"training set", Align::left, [](const Row& row) { return row.set; }},
                          {"images", Align::right, [](const Row& row) { return row.images; }},
                          {"of", Align::left, [](const Row& row) { return row.of; }},
                          {"validation images", Align::right, [](const Row& row) { return row.watched; }}},
                         rows);
}

std::string commands(const ResultTable& table) {
  std::string run = "ersatz run STUDY.toml --data PATH --out DIR";
  if (!table.runs.empty() && table.runs[0].spec.settings.limit) {
    run += fmt::format(" --limit {}", *table.runs[0].spec.settings.limit);
  }
  return scrolling("Commands",
                   "<pre><code>" + escape_html(run) +
                       "\nersatz table DIR     # accuracies, in the terminal\n"
                       "ersatz report DIR    # all tables, figures and this page again, from the run folders\n"
                       "ersatz report DIR --study STUDY.toml --data PATH   # the same, with photographs from the data\n"
                       "ersatz check DIR     # is everything what was written?\n</code></pre>");
}

std::string citation(const ResultTable& table) {
  const std::string version = table.runs.empty() ? "" : " " + table.runs.front().environment.ersatz;
  return fmt::format("ersatz{}, study {}, data {}, {} of {} runs.", version, table.study.name,
                     table.study.data_fingerprint.substr(0, 12), table.runs.size(), table.study.runs.size());
}

}  // namespace

std::optional<Section> data_section(const PageContent& page) {
  const ResultTable& table = page.table;
  if (table.truth.empty()) return std::nullopt;
  std::string html = folded("Images that were trained on",
                            html_table(training_images_table(table), "Images of every training set"), true);
  html += folded("Test images of every class", html_table(test_images_table(table), "Test images of every class"));
  html += paragraph(
      "Data fingerprint (SHA-256 over all images, labels and class names): " + table.study.data_fingerprint, "small");
  for (const auto& line : table.study.warnings) html += paragraph(line, "warning");
  for (const auto& line : table.notes) html += paragraph(line, "small");
  return Section{
      "data", "The data",
      "validation images are set aside before training and decide when it stops; test images are seen once, at "
      "the end. Below the tables: what was left out, and copies that were found.",
      html};
}

std::optional<Section> settings_section(const PageContent& page) {
  const ResultTable& table = page.table;
  if (table.runs.empty()) return std::nullopt;
  std::string html = commands(table);
  html += paragraph(
      "The same study file, data and seeds give the same weights to the bit on a processor with the same instruction "
      "set, the same oneDNN and the same compiler; elsewhere rounding differs, and results may differ as they do "
      "between "
      "seeds.");
  if (!table.missing.empty()) {
    html += paragraph(fmt::format("Missing: {}.", join_first_words(table.missing, 12)), "warning");
  }
  html += folded("Settings", html_table(settings_table(table), "Settings"));
  html += folded("Runs", html_table(runs_table(table), "Runs"));
  html += folded("Machines and versions", html_table(machines_table(table), "Machines and versions"), true);
  html += "<h3>How to cite</h3>\n" + paragraph(citation(table));
  html +=
      paragraph("Name the images as their makers ask for it, and the method where it is a classifier's own.", "small");
  return Section{"settings", "How it was made",
                 "DIR is the output folder that this page is in. With the same study file and data, the commands make "
                 "everything here again.",
                 html};
}

}  // namespace ersatz::report
