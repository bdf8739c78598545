#include "report/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "report/caption.hpp"
#include "report/latex.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::Cell;
using analysis::ResultTable;

// What a row is about, the same in every table of cells.
std::vector<Column<Cell>> cell_columns(const ResultTable& table) {
  std::vector<Column<Cell>> columns{{"classifier", Align::left, [](const Cell& cell) { return cell.title; }},
                                    {"trained on", Align::left, [](const Cell& cell) { return cell.train_on; }},
                                    {"tested on", Align::left, [](const Cell& cell) { return cell.test_on; }}};
  if (std::ranges::any_of(table.cells, [](const Cell& cell) { return cell.seeds() > 1; })) {
    columns.push_back({"n", Align::right, [](const Cell& cell) { return std::to_string(cell.seeds()); }});
  }
  return columns;
}

/// A number of a cell over its seeds, for a person (`text`) and for a program (`value`).
struct Quantity {
  std::string name;
  std::function<stats::Summary(const Cell&)> value;
  std::string (*text)(const stats::Summary&);
};

std::string two_digits(const stats::Summary& summary) { return spread(summary, 2); }

// The columns of f1.md and f1.csv.
std::vector<Quantity> f1_quantities(const ResultTable& table) {
  std::vector<Quantity> quantities;
  for (std::size_t c = 0; c < table.study.classes.size(); ++c) {
    quantities.push_back({table.study.classes[c], [c](const Cell& cell) { return cell.class_f1[c]; }, two_digits});
  }
  quantities.push_back({"accuracy", [](const Cell& cell) { return cell.accuracy; }, two_digits});
  quantities.push_back({"macro avg", [](const Cell& cell) { return cell.macro_f1; }, two_digits});
  quantities.push_back({"weighted avg", [](const Cell& cell) { return cell.weighted_f1; }, two_digits});
  quantities.push_back({"epochs", [](const Cell& cell) { return cell.epochs; }, plain_spread});
  return quantities;
}

// The shortest text that reads back as the same number.
std::string exact(double value) { return fmt::format("{}", value); }

/// A row of metrics.csv: one class, or all together. Accuracy has neither precision nor recall.
struct Metric {
  const analysis::TestResult* result;
  std::string name;
  std::optional<double> precision, recall;
  double f1;
  std::uint64_t support;
};

std::vector<Metric> metrics(const ResultTable& table) {
  std::vector<Metric> rows;
  for (const auto& result : table.results) {
    const auto add = [&](const std::string& name, const stats::ClassScores& s) {
      rows.push_back({&result, name, s.precision, s.recall, s.f1, s.support});
    };
    const auto& scores = result.scores;
    for (std::size_t c = 0; c < scores.classes.size(); ++c) add(table.study.classes[c], scores.classes[c]);
    rows.push_back({&result, "accuracy", {}, {}, scores.accuracy, scores.macro.support});
    add("macro avg", scores.macro);
    add("weighted avg", scores.weighted);
  }
  return rows;
}

}  // namespace

TextTable accuracy_table(const ResultTable& table) {
  auto columns = cell_columns(table);
  columns.insert(columns.end(),
                 {{"accuracy", Align::right, [](const Cell& cell) { return spread(cell.accuracy); }},
                  {"95 % interval", Align::right, [](const Cell& cell) { return interval(cell.accuracy_interval); }},
                  {"macro F1", Align::right, [](const Cell& cell) { return spread(cell.macro_f1); }},
                  {"weighted F1", Align::right, [](const Cell& cell) { return spread(cell.weighted_f1); }},
                  {"epochs", Align::right, [](const Cell& cell) { return plain_spread(cell.epochs); }}});
  return make_table(columns, table.cells);
}

TextTable f1_table(const ResultTable& table) {
  auto columns = cell_columns(table);
  for (const Quantity& quantity : f1_quantities(table)) {
    columns.push_back(
        {quantity.name, Align::right, [quantity](const Cell& cell) { return quantity.text(quantity.value(cell)); }});
  }
  return make_table(columns, table.cells);
}

std::string f1_markdown(const ResultTable& table) {
  std::string text = "# F1 per class\n\n";
  for (const auto& line : caption_lines(caption(table))) text += line + "  \n";
  return text + "\n" + f1_table(table).markdown();
}

std::string f1_latex(const ResultTable& table) {
  std::vector<std::string> lines{"F1 per class"};
  const std::vector<std::string> explained = caption_lines(caption(table));
  lines.insert(lines.end(), explained.begin(), explained.end());
  return latex_table(f1_table(table), lines, table.study.name + "-f1");
}

std::string f1_csv(const ResultTable& table) {
  struct Row {
    const Cell* cell;
    stats::Interval macro_f1;
  };
  std::vector<Row> rows;
  for (const Cell& cell : table.cells) rows.push_back({&cell, analysis::macro_f1_interval(table, cell)});
  std::vector<CsvColumn<Row>> columns{
      {"classifier", [](const Row& row) { return row.cell->classifier; }},
      {"train_on", [](const Row& row) { return row.cell->train_on; }},
      {"test_on", [](const Row& row) { return row.cell->test_on; }},
      {"seeds", [](const Row& row) { return std::to_string(row.cell->seeds()); }},
  };
  const auto quantities = f1_quantities(table);
  for (const Quantity& quantity : quantities) {
    columns.push_back({quantity.name, [&](const Row& row) {
                         const stats::Summary value = quantity.value(*row.cell);
                         return value.n == 0 ? "" : exact(value.mean);
                       }});
  }
  for (const Quantity& quantity : quantities) {
    columns.push_back({quantity.name + " sd", [&](const Row& row) {
                         const stats::Summary value = quantity.value(*row.cell);
                         return value.n < 2 ? "" : exact(value.sd);
                       }});
  }
  columns.insert(columns.end(),
                 {{"accuracy low", [](const Row& row) { return exact(row.cell->accuracy_interval.low); }},
                  {"accuracy high", [](const Row& row) { return exact(row.cell->accuracy_interval.high); }},
                  {"macro avg low", [](const Row& row) { return exact(row.macro_f1.low); }},
                  {"macro avg high", [](const Row& row) { return exact(row.macro_f1.high); }}});
  return make_csv(columns, rows);
}

std::string metrics_csv(const ResultTable& table) {
  const auto if_any = [](const std::optional<double>& value) { return value ? exact(*value) : ""; };
  const std::vector<CsvColumn<Metric>> columns{
      {"run_id", [](const Metric& row) { return row.result->run_id; }},
      {"classifier", [](const Metric& row) { return row.result->classifier; }},
      {"train_on", [](const Metric& row) { return row.result->train_on; }},
      {"test_on", [](const Metric& row) { return row.result->test_on; }},
      {"seed", [](const Metric& row) { return std::to_string(row.result->seed); }},
      {"epochs", [](const Metric& row) { return std::to_string(row.result->epochs); }},
      {"class", [](const Metric& row) { return row.name; }},
      {"precision", [&](const Metric& row) { return if_any(row.precision); }},
      {"recall", [&](const Metric& row) { return if_any(row.recall); }},
      {"f1", [](const Metric& row) { return exact(row.f1); }},
      {"support", [](const Metric& row) { return std::to_string(row.support); }},
  };
  return make_csv(columns, metrics(table));
}

}  // namespace ersatz::report
