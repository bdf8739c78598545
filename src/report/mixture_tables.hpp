#pragma once

#include <string>
#include <vector>

#include "analysis/answer.hpp"
#include "report/text_table.hpp"

namespace ersatz::report {

/// Classifier, images of the source, what was added, n, accuracy without and with it, difference with interval, Holm's
/// p, worth in images of the source, exchange rate: a row per gain.
TextTable gains_table(const analysis::GainTable& gains);

/// The same numbers in full precision; empty fields where a number is not defined, "inf" beyond a learning curve.
std::string gains_csv(const analysis::GainTable& gains);

/// A row per substitution: accuracy after training on the tested source and on the other one, classification accuracy
/// score, and the reverse (trained on the tested source, tested on the other).
TextTable substitution_table(const std::vector<analysis::Substitution>& substitutions);

/// F1 and recall of every class after training on the source and on the other one: a row per class and substitution.
TextTable class_table(const std::vector<analysis::Substitution>& substitutions);

/// What the intervals of gains_table() and of class_table() hold for, to stand beside them.
std::string gains_note(const analysis::GainTable& gains);
std::string class_note();

/// The answer's sentences and all three tables, with the study's caption.
std::string worth_markdown(const analysis::ResultTable& table, const analysis::Answer& answer);
/// The tables for a paper, each with the caption.
std::string worth_latex(const analysis::ResultTable& table, const analysis::Answer& answer);

}  // namespace ersatz::report
