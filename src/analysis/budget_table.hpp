#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/gains.hpp"
#include "analysis/results.hpp"

namespace ersatz::analysis {

/// A classifier on a training set with one budget, tested on the source.
struct BudgetRow {
  /// How the budgets of the arms that it is compared with were chosen.
  enum class View {
    steps,      ///< equal steps
    epochs,     ///< about equal passes over an arm's images (BudgetTable::passes)
    converged,  ///< each arm has the budget that its ladder chose
  };
  std::string classifier, title, train_on;
  Mixture mixture;
  std::int64_t steps = 0;
  View view = View::steps;
  double passes = 0;  ///< over its training images, steps x batch / images; NaN where the run does not say
  std::size_t seeds = 0;
  stats::Summary accuracy;
  stats::Interval accuracy_interval;
  std::optional<stats::Summary> validation;  ///< accuracy by which a ladder judges; where all its runs are finished
  std::optional<std::size_t> rung;           ///< of a ladder, from 0
  bool chosen = false;                       ///< by the ladder of its arm
  std::optional<Gain> gain;                  ///< against its images of the source alone, with the same view
};

/// A study with several budgets, tested on one source.
struct BudgetTable {
  std::string source;
  std::vector<BudgetRow> rows;  ///< by classifier and training set in plan order, then by view, then by steps
  std::vector<ArmBudget> arms;  ///< of a ladder
  /// Passes over its images that every arm has about, in the view of equal epochs: each at the budget that is nearest
  /// in log. Nothing where some arm has none within a factor of two, and where equal epochs are equal steps.
  std::optional<double> passes{};
};

/// The arm of a ladder that is this classifier on this training set; nullptr where there is none.
const ArmBudget* find_arm(const std::vector<ArmBudget>& arms, const std::string& classifier,
                          const std::string& train_on);

/// Nothing for a study with one budget. `shown` is what read_results() reads from `out` of any budget: the results of
/// the others are read. Throws as that does.
std::optional<BudgetTable> budget_table(const std::filesystem::path& out, const ResultTable& shown,
                                        const std::string& source);

/// Generated images or an augmentation that help with one budget and harm with another, neither by chance: both 95 %
/// intervals of the difference leave out 0.
struct BudgetReversal {
  const BudgetRow* harm;
  const BudgetRow* help;
};
/// Of rows with equal steps, one for each arm: its smallest and its largest difference. Points into the table.
std::vector<BudgetReversal> reversals(const BudgetTable& table);

}  // namespace ersatz::analysis
