#include "analysis/budget_table.hpp"

#include <algorithm>
#include <tuple>

namespace ersatz::analysis {
namespace {

const study::RunRecord& run_of(const ResultTable& table, const Cell& cell) {
  const std::string& id = table.results[cell.results.front()].run_id;
  return *std::ranges::find_if(table.runs, [&](const study::RunRecord& run) { return run.id() == id; });
}

// What the ladder of the cell's arm says of these steps.
void judge(BudgetRow& row, const ArmBudget& arm, const study::LadderRule& rule) {
  row.chosen = row.steps == arm.steps;
  for (std::size_t rung = 0; rung < arm.climb.accuracy.size(); ++rung) {
    if (rule.steps(rung) != row.steps) continue;
    row.rung = rung;
    row.validation = arm.climb.accuracy[rung];
  }
}

void add_rows(const ResultTable& table, const std::string& source, std::vector<BudgetRow>& rows) {
  const GainTable all = gains(table, source);
  for (const Cell& cell : table.cells) {
    if (cell.test_on != source) continue;
    const study::RunRecord& run = run_of(table, cell);
    BudgetRow row;
    row.classifier = cell.classifier;
    row.title = cell.title;
    row.train_on = cell.train_on;
    row.steps = run.spec.settings.steps.value_or(0);
    row.converged_view = table.budget.kind == BudgetView::Kind::converged;
    row.seeds = cell.seeds();
    row.accuracy = cell.accuracy;
    row.accuracy_interval = cell.accuracy_interval;
    if (const ArmBudget* arm = find_arm(table.budget.arms, cell.classifier, cell.train_on))
      judge(row, *arm, table.study.ladder->rule);
    if (const auto mixture = mixture_of(run)) {
      row.mixture = *mixture;
      const auto gain = std::ranges::find_if(
          all.gains, [&](const Gain& one) { return one.classifier == cell.classifier && one.mixture == *mixture; });
      if (gain != all.gains.end()) row.gain = *gain;
    }
    rows.push_back(std::move(row));
  }
}

}  // namespace

const ArmBudget* find_arm(const std::vector<ArmBudget>& arms, const std::string& classifier,
                          const std::string& train_on) {
  const auto found = std::ranges::find_if(
      arms, [&](const ArmBudget& arm) { return arm.classifier == classifier && arm.train_on == train_on; });
  return found == arms.end() ? nullptr : &*found;
}

std::optional<BudgetTable> budget_table(const std::filesystem::path& out, const std::string& source) {
  const ResultTable first = read_results(out);
  if (first.budget.budgets.empty()) return std::nullopt;
  BudgetTable table{source, {}, first.budget.arms};
  for (const std::int64_t steps : first.budget.budgets) add_rows(read_results(out, steps), source, table.rows);
  if (first.budget.kind == BudgetView::Kind::converged) add_rows(first, source, table.rows);
  // In plan order, as study.json has the runs and the cells of any budget have them.
  std::vector<std::pair<std::string, std::string>> arms;
  const auto place = [&](const BudgetRow& row) {
    const std::pair arm(row.classifier, row.train_on);
    const auto found = std::ranges::find(arms, arm);
    if (found == arms.end()) arms.push_back(arm);
    return static_cast<std::size_t>(found - arms.begin());
  };
  for (const BudgetRow& row : table.rows) place(row);
  std::ranges::stable_sort(table.rows, {},
                           [&](const BudgetRow& row) { return std::tuple(place(row), row.converged_view, row.steps); });
  return table;
}

std::vector<BudgetReversal> reversals(const BudgetTable& table) {
  std::vector<BudgetReversal> found;
  const auto difference = [](const BudgetRow& row) { return row.gain->change->difference.mean; };
  for (std::size_t first = 0; first < table.rows.size();) {
    const BudgetRow &head = table.rows[first], *harm = nullptr, *help = nullptr;
    for (; first < table.rows.size(); ++first) {
      const BudgetRow& row = table.rows[first];
      if (row.classifier != head.classifier || row.train_on != head.train_on) break;
      if (row.converged_view || !row.gain || !row.gain->change) continue;
      const stats::Interval& range = row.gain->change->interval;
      if (range.high < 0 && (harm == nullptr || difference(row) < difference(*harm))) harm = &row;
      if (range.low > 0 && (help == nullptr || difference(row) > difference(*help))) help = &row;
    }
    if (harm != nullptr && help != nullptr) found.push_back({harm, help});
  }
  return found;
}

}  // namespace ersatz::analysis
