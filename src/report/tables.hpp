#pragma once

#include <string>

#include "analysis/results.hpp"
#include "report/text_table.hpp"

namespace ersatz::report {

/// One row per classifier x training set x test set: accuracy with its 95 % interval, macro and
/// weighted F1, epochs; with a column n when a row has several seeds.
TextTable accuracy_table(const analysis::ResultTable& table);

/// The seed study's table: one row per classifier x training set x test set with the F1 of every
/// class, accuracy, macro average, weighted average (of F1) and epochs; two digits.
TextTable f1_table(const analysis::ResultTable& table);

/// f1_table() as Markdown below the caption.
std::string f1_markdown(const analysis::ResultTable& table);
/// The same table for a paper, with the caption.
std::string f1_latex(const analysis::ResultTable& table);

/// The same numbers unrounded: classifier, train_on, test_on, seeds, then the means (each class,
/// accuracy, macro avg, weighted avg, epochs), then the sample standard deviations of the same,
/// named "... sd" and empty where there is one seed.
std::string f1_csv(const analysis::ResultTable& table);

/// Long form: run_id, classifier, train_on, test_on, seed, epochs, class, precision, recall, f1,
/// support. After the classes come "accuracy" (in column f1, as in scikit-learn's report; precision
/// and recall are empty), "macro avg" and "weighted avg".
std::string metrics_csv(const analysis::ResultTable& table);

/// accuracy_table() with its caption for a terminal of `width` columns, ending with a line feed; `colour` adds ANSI
/// bold and dim.
std::string terminal_table(const analysis::ResultTable& table, bool colour, std::size_t width = kAnyWidth);

}  // namespace ersatz::report
