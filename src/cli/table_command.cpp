#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analysis/results.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "cli/commands.hpp"
#include "cli/one_of.hpp"
#include "cli/read_table.hpp"
#include "cli/terminal.hpp"
#include "report/caption.hpp"
#include "report/conclusion_text.hpp"
#include "report/latex.hpp"
#include "report/metric_table.hpp"
#include "report/report.hpp"
#include "report/tables.hpp"
#include "study/pack.hpp"
#include "study/run_status.hpp"

namespace ersatz::cli {

namespace {

struct TableOptions {
  std::string folder, colour = "auto", format = "text";
  bool validation = false;
  report::MetricRequest request;
  std::vector<std::string> by, filters;
  std::optional<std::int64_t> steps;
};

bool is_coloured(const std::string& colour) { return colour == "always" || (colour == "auto" && shows_colour(stdout)); }

// "classifier=lenet": a key and its value.
std::pair<std::string, std::string> parse_filter(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string key = text.substr(0, equals);
  if (const auto keys = report::filter_keys(); std::ranges::find(keys, key) == keys.end()) {
    throw Error(fmt::format("--filter {}: there is no \"{}\"", text, key), suggest(key, keys, "filters"));
  }
  if (equals == std::string::npos) throw Error(fmt::format("--filter {}: write {}=VALUE", text, key));
  return {key, text.substr(equals + 1)};
}

void print_metric(const TableOptions& options, const analysis::ResultTable& table) {
  report::MetricRequest request = options.request;
  for (const std::string& by : options.by) (by == "class" ? request.by_class : request.by_seed) = true;
  for (const std::string& text : options.filters) request.filters.push_back(parse_filter(text));
  const std::vector<report::MetricRow> rows = report::metric_rows(table, request);
  if (options.format == "csv") {
    fmt::print("{}", report::metric_csv(rows, request.metric));
  } else if (options.format == "json") {
    fmt::print("{}", report::metric_json(rows, request.metric));
  } else if (options.format == "tex") {
    // "Accuracy", "F1", "NLL"
    std::string title = request.metric;
    for (std::size_t i = 0; i < (title.size() > 3 ? 1 : title.size()); ++i) {
      title[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[i])));
    }
    std::vector<std::string> caption{title};
    const std::vector<std::string> lines = report::caption_lines(report::caption(table));
    caption.insert(caption.end(), lines.begin(), lines.end());
    fmt::print("{}", report::latex_table(report::metric_table(rows, request.metric), caption,
                                         fmt::format("{}-{}", table.study.name, request.metric)));
  } else {
    fmt::print("{}", report::metric_table(rows, request.metric).formatted(options.format, text_room(stdout)));
  }
}

void print_table(const TableOptions& options, bool as_usual) {
  const study::FolderOrPack opened(options.folder);
  if (options.validation) {
    const std::string table = report::validation_table(opened.path());
    warn(analysis::damage_sentences(study::read_finished_runs(opened.path()).damaged));
    fmt::print("{}", table);
    return;
  }
  const auto table = read_table(opened.path(), options.steps);
  note_look(opened, table, "table");
  if (!as_usual) return print_metric(options, table);
  fmt::print("{}{}", report::terminal_table(table, is_coloured(options.colour), text_room(stdout)),
             report::conclusion_paragraph(table, text_room(stdout)));
}

}  // namespace

void add_table_command(CLI::App& app) {
  const auto options = std::make_shared<TableOptions>();
  CLI::App* command = app.add_subcommand("table", "Print the results in a study's output folder");
  command->add_option("DIR", options->folder, "The study's output folder, or a pack of it")->required();
  command->add_option("--colour,--color", options->colour, "Colours: auto (on a terminal), always or never")
      ->check(one_of("--colour", {"auto", "always", "never"}))
      ->capture_default_str();
  CLI::Option* validation = command->add_flag(
      "--validation", options->validation,
      "Print accuracies on the validation images, which a recipe may be chosen by, and no test results");
  const std::vector<CLI::Option*> of_metric{
      command->add_option(
          "--metric", options->request.metric,
          "Another number than accuracy: f1, precision, recall, balanced_accuracy, auc, ap, top2 (the true "
          "class is one of the two most probable), nll (negative log likelihood), brier (Brier score) "
          "or ece (calibration error)"),
      command->add_option("--by", options->by, "A row for every class, seed or both (class,seed)")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->check(one_of("--by", {"class", "seed"})),
      command->add_option("--format", options->format, "text, md (Markdown), tex (LaTeX), csv or json")
          ->check(one_of("--format", {"text", "md", "tex", "csv", "json"})),
      command
          ->add_option("--filter", options->filters,
                       "Only rows like classifier=lenet; also train_on, test_on, class, "
                       "seed; more than once: rows that fit all")
          ->allow_extra_args(false),
      command
          ->add_option("--sort", options->request.sort, "Sort by value, classifier, train_on, test_on, class or seed")
          ->check(one_of("--sort", report::sort_keys())),
      command->add_flag("--reverse", options->request.reverse, "The other way round")};
  for (CLI::Option* option : of_metric) option->excludes(validation);
  add_budget_option(*command, options->steps)->excludes(validation);
  command->footer(
      "Example: ersatz table out/cifake --metric f1 --by class --filter test_on=REAL --sort value --format tex");
  command->callback([options, of_metric] {
    print_table(*options, std::ranges::all_of(of_metric, [](const CLI::Option* option) { return option->empty(); }));
  });
}

}  // namespace ersatz::cli
