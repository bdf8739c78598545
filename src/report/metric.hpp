#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/results.hpp"
#include "stats/interval.hpp"

namespace ersatz::report {

/// A number of one run on one test set: of all classes, or of one.
struct Metric {
  std::string name;
  stats::Interval possible;
  bool of_classes = false;  ///< whether one class has such a number
  /// A value an image, whose mean is the number (stats/influence.hpp). `c` is a class, or nothing for all. Throws Error
  /// where the run's probabilities are needed and not there.
  std::vector<double> (*values)(const analysis::ResultTable& table, const analysis::TestResult& result,
                                std::optional<std::size_t> c);
  /// The number itself; null where it is the mean of `values` to the last bit.
  double (*number)(const analysis::TestResult& result, std::optional<std::size_t> c);
};

/// accuracy, f1, precision, recall, balanced_accuracy, auc, ap, top2, nll, brier, ece.
const std::vector<Metric>& metrics();

}  // namespace ersatz::report
