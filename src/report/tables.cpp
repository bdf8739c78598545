#include "report/tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/wording.hpp"
#include "base/csv.hpp"
#include "report/caption.hpp"

namespace ersatz::report {
namespace {

using analysis::Cell;
using analysis::ResultTable;

bool several_seeds(const ResultTable& table) {
  return std::ranges::any_of(table.cells, [](const Cell& cell) { return cell.seeds() > 1; });
}

TextTable start_table(std::size_t left_columns, std::vector<std::string> header) {
  TextTable text{std::move(header), {}, {}};
  for (std::size_t c = 0; c < text.header.size(); ++c) text.right_aligned.push_back(c >= left_columns);
  return text;
}

// The shortest text that reads back as the same number.
std::string exact(double value) { return fmt::format("{}", value); }

}  // namespace

TextTable accuracy_table(const ResultTable& table) {
  const bool several = several_seeds(table);
  std::vector<std::string> header{"classifier", "trained on", "tested on"};
  if (several) header.emplace_back("n");
  for (const char* name : {"accuracy", "95 % interval", "macro F1", "weighted F1", "epochs"}) header.emplace_back(name);
  TextTable text = start_table(3, std::move(header));
  for (const Cell& cell : table.cells) {
    std::vector<std::string> row{cell.title, cell.train_on, cell.test_on};
    if (several) row.push_back(std::to_string(cell.seeds()));
    row.push_back(analysis::spread(cell.accuracy));
    row.push_back(analysis::interval(cell.accuracy_interval));
    row.push_back(analysis::spread(cell.macro_f1));
    row.push_back(analysis::spread(cell.weighted_f1));
    row.push_back(analysis::plain_spread(cell.epochs));
    text.rows.push_back(std::move(row));
  }
  return text;
}

TextTable f1_table(const ResultTable& table) {
  const bool several = several_seeds(table);
  std::vector<std::string> header{"classifier", "trained on", "tested on"};
  if (several) header.emplace_back("n");
  header.insert(header.end(), table.study.classes.begin(), table.study.classes.end());
  for (const char* name : {"accuracy", "macro avg", "weighted avg", "epochs"}) header.emplace_back(name);
  TextTable text = start_table(3, std::move(header));
  for (const Cell& cell : table.cells) {
    std::vector<std::string> row{cell.title, cell.train_on, cell.test_on};
    if (several) row.push_back(std::to_string(cell.seeds()));
    for (const auto& f1 : cell.class_f1) row.push_back(analysis::spread(f1, 2));
    row.push_back(analysis::spread(cell.accuracy, 2));
    row.push_back(analysis::spread(cell.macro_f1, 2));
    row.push_back(analysis::spread(cell.weighted_f1, 2));
    row.push_back(analysis::plain_spread(cell.epochs));
    text.rows.push_back(std::move(row));
  }
  return text;
}

std::string f1_markdown(const ResultTable& table) {
  std::string text = "# F1 per class\n\n";
  for (const auto& line : caption_lines(caption(table))) text += line + "  \n";
  return text + "\n" + f1_table(table).markdown();
}

std::string f1_csv(const ResultTable& table) {
  std::vector<std::string> header{"classifier", "train_on", "test_on", "seeds"}, quantities = table.study.classes;
  for (const char* name : {"accuracy", "macro avg", "weighted avg", "epochs"}) quantities.emplace_back(name);
  header.insert(header.end(), quantities.begin(), quantities.end());
  for (const auto& name : quantities) header.push_back(name + " sd");
  header.insert(header.end(), {"accuracy low", "accuracy high", "macro avg low", "macro avg high"});
  std::string csv = csv_line(header);
  for (const Cell& cell : table.cells) {
    std::vector<stats::Summary> values = cell.class_f1;
    values.insert(values.end(), {cell.accuracy, cell.macro_f1, cell.weighted_f1, cell.epochs});
    std::vector<std::string> row{cell.classifier, cell.train_on, cell.test_on, std::to_string(cell.seeds())};
    for (const auto& value : values) row.push_back(exact(value.mean));
    for (const auto& value : values) row.push_back(value.n < 2 ? "" : exact(value.sd));
    for (const auto& interval : {cell.accuracy_interval, analysis::macro_f1_interval(table, cell)}) {
      row.insert(row.end(), {exact(interval.low), exact(interval.high)});
    }
    csv += csv_line(row);
  }
  return csv;
}

std::string metrics_csv(const ResultTable& table) {
  std::string csv = "run_id,classifier,train_on,test_on,seed,epochs,class,precision,recall,f1,support\n";
  for (const auto& result : table.results) {
    const auto add = [&](const std::string& name, const std::string& precision, const std::string& recall, double f1,
                         std::uint64_t support) {
      csv += csv_line({result.run_id, result.classifier, result.train_on, result.test_on, std::to_string(result.seed),
                       std::to_string(result.epochs), name, precision, recall, exact(f1), std::to_string(support)});
    };
    const auto add_scores = [&](const std::string& name, const stats::ClassScores& s) {
      add(name, exact(s.precision), exact(s.recall), s.f1, s.support);
    };
    const auto& scores = result.scores;
    for (std::size_t c = 0; c < scores.classes.size(); ++c) add_scores(table.study.classes[c], scores.classes[c]);
    add("accuracy", "", "", scores.accuracy, scores.macro.support);
    add_scores("macro avg", scores.macro);
    add_scores("weighted avg", scores.weighted);
  }
  return csv;
}

}  // namespace ersatz::report
