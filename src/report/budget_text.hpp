#pragma once

#include <string>
#include <vector>

#include "analysis/answer.hpp"
#include "analysis/budget_table.hpp"
#include "report/text_table.hpp"

// What is said of a study with several budgets.
namespace ersatz::report {

/// "25,000 steps each", "each trained until done: 1,562 to 24,992 steps"; where an arm has not converged "each with the
/// best budget of its ladder: ...". Empty for a study with one budget.
std::string budget_text(const analysis::BudgetView& view);

/// What a reader of a table of one budget must know of the others, a line each: which there are, which arms of a ladder
/// have not converged and which rest on one seed. Nothing for a study with one budget.
std::vector<std::string> budget_notes(const analysis::ResultTable& table);

/// Classifier, training set, steps, n, accuracy, gain, k and, of a ladder, the validation accuracy that judges and its
/// verdict: a row per budget, then one with about equal epochs, then one for the budget of each arm's own.
TextTable budgets_text_table(const analysis::BudgetTable& table);
/// What that table's rows of equal epochs are. Empty where it has none.
std::string equal_epochs_note(const analysis::BudgetTable& table);
/// The same numbers in full precision.
std::string budgets_csv(const analysis::BudgetTable& table);
/// The table with the study's caption.
std::string budgets_markdown(const analysis::ResultTable& study, const analysis::BudgetTable& table);

/// Whether the sign of this gain depends on the budget, by the answer's table of budgets.
bool is_reversed(const analysis::Answer& answer, const analysis::Gain& gain);
/// A sentence that says so of each such gain, in place of what its sign would say.
std::vector<std::string> reversal_sentences(const analysis::Answer& answer);

}  // namespace ersatz::report
