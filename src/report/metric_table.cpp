#include "report/metric_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/suggest.hpp"
#include "report/metric.hpp"
#include "report/wording.hpp"
#include "stats/crossed.hpp"
#include "stats/multiple.hpp"

namespace ersatz::report {
namespace {

using analysis::Cell;
using analysis::ResultTable;
using analysis::TestResult;

constexpr int kDigits = 3;

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
    if (request.by_class && !metric_.of_classes) {
      throw Error(fmt::format("{} is a number of all classes together", request.metric),
                  "recall, precision, f1, auc and ap are numbers of single classes");
    }
  }

  std::vector<MetricRow> all() {
    for (const Cell& cell : table_.cells) {
      if (!request_.by_class) {
        add(cell, {}, 1);
        continue;
      }
      // A class without an image in the test set has no number.
      const auto tested = [&](std::size_t c) { return cell.class_f1[c].n > 0; };
      std::size_t family = 0;
      for (std::size_t c = 0; c < cell.class_f1.size(); ++c) family += tested(c) ? 1 : 0;
      for (std::size_t c = 0; c < cell.class_f1.size(); ++c) {
        if (tested(c)) add(cell, c, family);
      }
    }
    filter();
    sort();
    return std::move(rows_);
  }

 private:
  // `family`: how many intervals of the cell are to hold together.
  void add(const Cell& cell, std::optional<std::size_t> c, std::size_t family) {
    const std::string class_name = c ? table_.study.classes[*c] : "";
    MetricRow row{cell.classifier, cell.title, cell.train_on, cell.test_on, class_name, {}, {}, {}};
    // Nothing is computed of what is filtered out: probabilities may be gigabytes.
    if (!wanted(row, request_.by_seed ? "seed" : "")) return;
    std::vector<std::vector<double>> runs;
    std::vector<double> numbers;
    const auto measure = [&](MetricRow& one) {
      one.value = stats::summarise(numbers);
      one.interval = interval_of(runs, stats::simultaneous_level(family));
      rows_.push_back(one);
    };
    for (const std::size_t i : cell.results) {
      const TestResult& result = table_.results[i];
      if (request_.by_seed) {
        row.seed = result.seed;
        if (!wanted(row, "")) continue;
        runs.clear();
        numbers.clear();
      }
      runs.push_back(metric_.values(table_, result, c));
      const std::vector<double>& values = runs.back();
      numbers.push_back(metric_.number != nullptr
                            ? metric_.number(result, c)
                            : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()));
      if (request_.by_seed) measure(row);
    }
    if (!request_.by_seed) measure(row);
  }

  std::optional<stats::Interval> interval_of(const std::vector<std::vector<double>>& runs, double level) const {
    const auto copy = [&](std::size_t, std::size_t s, std::span<double> out) {
      std::ranges::copy(runs[s], out.begin());
    };
    const stats::CrossedEstimate estimate = stats::Crossed(1, runs.size(), runs.front().size(), copy).cell(0);
    if (metric_.name == "accuracy") return stats::share_interval(estimate, level);
    if (!std::isfinite(estimate.half_width(level))) return std::nullopt;
    return stats::within(estimate.interval(level), metric_.possible);
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
      // What is not a number comes last.
      std::ranges::stable_sort(rows_, {}, [](const MetricRow& row) {
        return std::pair(std::isnan(row.value.mean), std::isnan(row.value.mean) ? 0 : row.value.mean);
      });
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
  columns.push_back({metric, Align::right, [](const MetricRow& row) {
                       return std::isnan(row.value.mean) ? std::string("–") : spread(row.value, kDigits);
                     }});
  if (any([](const MetricRow& row) { return row.interval.has_value(); })) {
    const bool by_class = any([](const MetricRow& row) { return !row.class_name.empty(); });
    columns.push_back({by_class ? "95 % interval, all classes together" : "95 % interval", Align::right,
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
