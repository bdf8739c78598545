#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/results.hpp"
#include "report/text_table.hpp"

namespace ersatz::report {

/// What `ersatz table` is asked for.
struct MetricRequest {
  std::string metric = "accuracy";  ///< one of metric_names()
  bool by_class = false, by_seed = false;
  std::vector<std::pair<std::string, std::string>> filters;  ///< keys of filter_keys(), and the value wanted
  std::string sort;                                          ///< one of sort_keys(); empty: as planned
  bool reverse = false;
};

/// One number: of a cell over its seeds, or of one run; of all classes, or of one.
struct MetricRow {
  std::string classifier, title, train_on, test_on, class_name;  ///< class_name is empty for all of them
  std::optional<std::uint64_t> seed;                             ///< of one run
  stats::Summary value;
  /// 95 %, over seeds and test images; of one run over its test images alone. By class: of all classes together.
  /// Nothing where a run diverged.
  std::optional<stats::Interval> interval;
};

std::vector<std::string> metric_names();  ///< accuracy, f1, precision, recall, balanced_accuracy, top2, nll, brier, ece
std::vector<std::string> filter_keys();   ///< classifier, train_on, test_on, class, seed
std::vector<std::string> sort_keys();     ///< these, and value

/// The rows that are asked for, in plan order unless they are sorted. f1, precision and recall of all classes are their
/// unweighted means. Throws Error for numbers by class that a single class does not have, a filter that no row fits,
/// and numbers of probabilities (top2, nll, brier, ece) of runs whose probabilities are not there.
std::vector<MetricRow> metric_rows(const analysis::ResultTable& table, const MetricRequest& request);

/// The rows for a person; columns that no row fills are left out.
TextTable metric_table(const std::vector<MetricRow>& rows, const std::string& metric);
/// In full precision: classifier, train_on, test_on, class, seed, n, the metric, sd, low, high.
std::string metric_csv(const std::vector<MetricRow>& rows, const std::string& metric);
/// A list of objects with the same keys, without those that are empty.
std::string metric_json(const std::vector<MetricRow>& rows, const std::string& metric);

}  // namespace ersatz::report
