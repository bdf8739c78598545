#include "report/metric_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/suggest.hpp"
#include "report/wording.hpp"
#include "stats/calibration.hpp"

namespace ersatz::report {
namespace {

using analysis::Cell;
using analysis::ResultTable;
using analysis::TestResult;

constexpr int kDigits = 3;

/// A number of one run: of all classes, or of class `c`.
struct Metric {
  std::string name;
  double (*of_all)(const ResultTable& table, const TestResult& result);
  double (*of_class)(const stats::ClassScores& scores);  ///< null where one class has no such number
  stats::Interval possible;
};

Matrix probabilities_of(const TestResult& result) {
  try {
    return result.predictions.probabilities();
  } catch (const Error& problem) {
    throw Error(fmt::format("{} needs probabilities: {}", result.run_id, problem.what()),
                "a pack keeps them with ersatz pack --probabilities");
  }
}

template <double (*measure)(const Matrix&, std::span<const std::int32_t>)>
double of_probabilities(const ResultTable& table, const TestResult& result) {
  return measure(probabilities_of(result), table.truth.at(result.test_on));
}

double top_two(const Matrix& probabilities, std::span<const std::int32_t> truth) {
  return stats::top_k_accuracy(probabilities, truth, 2);
}

double calibration_error(const Matrix& probabilities, std::span<const std::int32_t> truth) {
  return stats::expected_calibration_error(probabilities, truth);
}

double macro_recall(const ResultTable&, const TestResult& result) { return result.scores.macro.recall; }

constexpr double kNoEnd = std::numeric_limits<double>::infinity();

const std::vector<Metric>& metrics() {
  using Scores = stats::ClassScores;
  static const std::vector<Metric> all{
      {"accuracy", [](const ResultTable&, const TestResult& r) { return r.scores.accuracy; }, nullptr, stats::kShares},
      {"f1", [](const ResultTable&, const TestResult& r) { return r.scores.macro.f1; },
       [](const Scores& s) { return s.f1; }, stats::kShares},
      {"precision", [](const ResultTable&, const TestResult& r) { return r.scores.macro.precision; },
       [](const Scores& s) { return s.precision; }, stats::kShares},
      {"recall", macro_recall, [](const Scores& s) { return s.recall; }, stats::kShares},
      {"balanced_accuracy", macro_recall, nullptr, stats::kShares},
      {"top2", of_probabilities<top_two>, nullptr, stats::kShares},
      {"nll", of_probabilities<stats::negative_log_likelihood>, nullptr, {0, kNoEnd}},
      {"brier", of_probabilities<stats::brier_score>, nullptr, {0, 2}},
      {"ece", of_probabilities<calibration_error>, nullptr, stats::kShares},
  };
  return all;
}

const Metric& metric_named(const std::string& name) {
  const auto found = std::ranges::find(metrics(), name, &Metric::name);
  if (found == metrics().end()) {
    throw Error(fmt::format("there is no metric \"{}\"", name), suggest(name, metric_names(), "metrics"));
  }
  return *found;
}

std::string value_of(const MetricRow& row, const std::string& key) {
  if (key == "classifier") return row.classifier;
  if (key == "train_on") return row.train_on;
  if (key == "test_on") return row.test_on;
  if (key == "class") return row.class_name;
  return row.seed ? std::to_string(*row.seed) : "";
}

class Rows {
 public:
  Rows(const ResultTable& table, const MetricRequest& request)
      : table_(table), request_(request), metric_(metric_named(request.metric)) {
    if (request.by_class && metric_.of_class == nullptr) {
      throw Error(fmt::format("{} is a number of all classes together", request.metric),
                  "recall, precision and f1 are numbers of single classes");
    }
  }

  std::vector<MetricRow> all() {
    for (const Cell& cell : table_.cells) {
      if (!request_.by_class) {
        add(cell, "", [&](const TestResult& result) { return metric_.of_all(table_, result); });
        continue;
      }
      for (std::size_t c = 0; c < table_.study.classes.size(); ++c) {
        if (cell.class_f1[c].n == 0) continue;  // the test set has no image of it
        add(cell, table_.study.classes[c],
            [&](const TestResult& result) { return metric_.of_class(result.scores.classes[c]); });
      }
    }
    filter();
    sort();
    return std::move(rows_);
  }

 private:
  void add(const Cell& cell, const std::string& class_name, const std::function<double(const TestResult&)>& number) {
    MetricRow row{cell.classifier, cell.title, cell.train_on, cell.test_on, class_name, {}, {}, {}};
    // Nothing is computed of what is filtered out: probabilities may be gigabytes.
    if (!wanted(row, request_.by_seed ? "seed" : "")) return;
    std::vector<double> values;
    for (const std::size_t i : cell.results) {
      const TestResult& result = table_.results[i];
      if (request_.by_seed) {
        row.seed = result.seed;
        if (!wanted(row, "")) continue;
      }
      const double value = number(result);
      values.push_back(value);
      if (!request_.by_seed) continue;
      row.value = stats::summarise(std::vector<double>{value});
      row.interval = wilson(result);
      rows_.push_back(row);
    }
    if (request_.by_seed) return;
    row.value = stats::summarise(values);
    row.interval = row.value.n == 1 ? wilson(table_.results[cell.results.front()])
                                    : std::optional(stats::within(stats::t_interval(row.value), metric_.possible));
    rows_.push_back(std::move(row));
  }

  std::optional<stats::Interval> wilson(const TestResult& result) const {
    if (metric_.name != "accuracy") return std::nullopt;
    return stats::wilson_interval(result.confusion.correct(), result.confusion.total());
  }

  bool wanted(const MetricRow& row, std::string_view not_yet) const {
    return std::ranges::all_of(request_.filters, [&](const auto& filter) {
      return filter.first == not_yet || value_of(row, filter.first) == filter.second;
    });
  }

  void filter() const {
    if (!rows_.empty() || request_.filters.empty() || table_.cells.empty()) return;
    for (const auto& [key, value] : request_.filters) {
      const std::vector<std::string> there = values_there(key);
      if (there.empty()) {
        throw Error(fmt::format("--filter {}={}: rows have no {} without --by {}", key, value, key, key));
      }
      if (std::ranges::find(there, value) == there.end()) {
        throw Error(fmt::format("--filter {}={}: there is no such row", key, value),
                    suggest(value, there, "there are"));
      }
    }
    throw Error("no row fits all of the filters");
  }

  std::vector<std::string> values_there(const std::string& key) const {
    std::vector<std::string> values;
    const auto note = [&](const std::string& value) {
      if (std::ranges::find(values, value) == values.end()) values.push_back(value);
    };
    for (const Cell& cell : table_.cells) {
      if (key == "classifier") note(cell.classifier);
      if (key == "train_on") note(cell.train_on);
      if (key == "test_on") note(cell.test_on);
    }
    if (key == "class" && request_.by_class) values = table_.study.classes;
    if (key == "seed" && request_.by_seed) {
      for (const TestResult& result : table_.results) note(std::to_string(result.seed));
    }
    return values;
  }

  void sort() {
    const std::string& key = request_.sort;
    if (key == "value") {
      std::ranges::stable_sort(rows_, {}, [](const MetricRow& row) { return row.value.mean; });
    } else if (key == "seed") {
      std::ranges::stable_sort(rows_, {}, &MetricRow::seed);
    } else if (!key.empty()) {
      std::ranges::stable_sort(rows_, {}, [&](const MetricRow& row) { return value_of(row, key); });
    }
    if (request_.reverse) std::ranges::reverse(rows_);
  }

  const ResultTable& table_;
  const MetricRequest& request_;
  const Metric& metric_;
  std::vector<MetricRow> rows_;
};

std::string exact(double value) { return fmt::format("{}", value); }

std::optional<double> if_finite(double value) { return std::isfinite(value) ? std::optional(value) : std::nullopt; }

}  // namespace

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric& metric : metrics()) names.push_back(metric.name);
  return names;
}

std::vector<std::string> filter_keys() { return {"classifier", "train_on", "test_on", "class", "seed"}; }

std::vector<std::string> sort_keys() {
  std::vector<std::string> keys = filter_keys();
  keys.emplace_back("value");
  return keys;
}

std::vector<MetricRow> metric_rows(const ResultTable& table, const MetricRequest& request) {
  return Rows(table, request).all();
}

TextTable metric_table(const std::vector<MetricRow>& rows, const std::string& metric) {
  const auto any = [&](auto has) { return std::ranges::any_of(rows, has); };
  std::vector<Column<MetricRow>> columns{{"classifier", Align::left, [](const MetricRow& row) { return row.title; }},
                                         {"trained on", Align::left, [](const MetricRow& row) { return row.train_on; }},
                                         {"tested on", Align::left, [](const MetricRow& row) { return row.test_on; }}};
  if (any([](const MetricRow& row) { return !row.class_name.empty(); })) {
    columns.push_back({"class", Align::left, [](const MetricRow& row) { return row.class_name; }});
  }
  if (any([](const MetricRow& row) { return row.seed.has_value(); })) {
    columns.push_back({"seed", Align::right, [](const MetricRow& row) { return value_of(row, "seed"); }});
  } else {
    columns.push_back({"n", Align::right, [](const MetricRow& row) { return std::to_string(row.value.n); }});
  }
  columns.push_back({metric, Align::right, [](const MetricRow& row) { return spread(row.value, kDigits); }});
  if (any([](const MetricRow& row) { return row.interval.has_value(); })) {
    columns.push_back({"95 % interval", Align::right,
                       [is_share = metric_named(metric).possible.high == 1](const MetricRow& row) -> std::string {
                         if (!row.interval) return "";
                         return is_share ? interval(*row.interval, kDigits) : ratio_interval(*row.interval, kDigits);
                       }});
  }
  return make_table(columns, rows);
}

std::string metric_csv(const std::vector<MetricRow>& rows, const std::string& metric) {
  const auto number = [](std::optional<double> value) { return value ? exact(*value) : ""; };
  const std::vector<CsvColumn<MetricRow>> columns{
      {"classifier", [](const MetricRow& row) { return row.classifier; }},
      {"train_on", [](const MetricRow& row) { return row.train_on; }},
      {"test_on", [](const MetricRow& row) { return row.test_on; }},
      {"class", [](const MetricRow& row) { return row.class_name; }},
      {"seed", [](const MetricRow& row) { return value_of(row, "seed"); }},
      {"n", [](const MetricRow& row) { return std::to_string(row.value.n); }},
      {metric, [&](const MetricRow& row) { return number(if_finite(row.value.mean)); }},
      {"sd", [&](const MetricRow& row) { return row.value.n < 2 ? "" : number(if_finite(row.value.sd)); }},
      {"low", [&](const MetricRow& row) { return row.interval ? number(if_finite(row.interval->low)) : ""; }},
      {"high", [&](const MetricRow& row) { return row.interval ? number(if_finite(row.interval->high)) : ""; }},
  };
  return make_csv(columns, rows);
}

std::string metric_json(const std::vector<MetricRow>& rows, const std::string& metric) {
  Json all = Json::array();
  for (const MetricRow& row : rows) {
    Json one{{"classifier", row.classifier}, {"train_on", row.train_on}, {"test_on", row.test_on}};
    if (!row.class_name.empty()) one["class"] = row.class_name;
    if (row.seed) one["seed"] = *row.seed;
    one["n"] = row.value.n;
    const auto add = [&](const std::string& key, double value) {
      one[key] = std::isfinite(value) ? Json(value) : Json();
    };
    add(metric, row.value.mean);
    if (row.value.n > 1) add("sd", row.value.sd);
    if (row.interval) {
      add("low", row.interval->low);
      add("high", row.interval->high);
    }
    all.push_back(std::move(one));
  }
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ersatz::report
