#include "analysis/budget_table.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analysis/other_budgets.hpp"

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

double passes_of(const study::RunRecord& run) {
  const auto &steps = run.spec.settings.steps, &batch = run.spec.settings.batch;
  if (!steps || !batch || run.training_images == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(*steps) * static_cast<double>(*batch) / static_cast<double>(run.training_images);
}

void add_rows(const ResultTable& table, const std::string& source, BudgetRow::View view, std::vector<BudgetRow>& rows) {
  const GainTable all = gains(table, source);
  for (const Cell& cell : table.cells) {
    if (cell.test_on != source) continue;
    const study::RunRecord& run = run_of(table, cell);
    BudgetRow row;
    row.classifier = cell.classifier;
    row.title = cell.title;
    row.train_on = cell.train_on;
    row.steps = run.spec.settings.steps.value_or(0);
    row.view = view;
    row.passes = passes_of(run);
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

using Arm = std::pair<std::string, std::string>;

// The runs of `all` that a view is of, by their arms and steps.
ResultTable only(const ResultTable& all, const std::function<bool(const study::RunRecord&)>& wanted) {
  ResultTable table;
  table.study = all.study;
  table.truth = all.truth;
  table.budget = all.budget;
  std::set<std::string> ids;
  for (const study::RunRecord& run : all.runs) {
    if (!wanted(run)) continue;
    ids.insert(run.id());
    table.runs.push_back(run);
  }
  std::ranges::copy_if(all.results, std::back_inserter(table.results),
                       [&](const TestResult& result) { return ids.contains(result.run_id); });
  table.cells = make_cells(table.results, table.truth, table.study.classes.size());
  return table;
}

/// For each arm the steps with about as many passes over its images, and how many.
struct EqualEpochs {
  double passes = 0;
  std::map<Arm, std::int64_t> steps;
};

// Of the numbers of passes that some arm has the one that all come nearest to, of equals the largest.
std::optional<EqualEpochs> equal_epochs(const std::vector<study::RunRecord>& runs) {
  constexpr double kWithin = 2;
  std::map<Arm, std::map<std::int64_t, double>> arms;  // steps -> passes
  std::set<double> candidates;
  for (const study::RunRecord& run : runs) {
    const double passes = passes_of(run);
    if (!std::isfinite(passes)) return std::nullopt;
    arms[{run.spec.classifier, run.spec.train_on.name}][*run.spec.settings.steps] = passes;
    candidates.insert(passes);
  }
  std::optional<EqualEpochs> best;
  double least = kWithin;
  for (const double passes : candidates) {
    EqualEpochs found{passes, {}};
    double farthest = 1;
    const auto distance = [&](const auto& rung) { return std::exp(std::abs(std::log(rung.second / passes))); };
    for (const auto& [arm, rungs] : arms) {
      const auto nearest = std::ranges::min_element(rungs, {}, distance);
      found.steps[arm] = nearest->first;
      farthest = std::max(farthest, distance(*nearest));
    }
    if (farthest > least * (1 + 1e-9)) continue;
    least = std::min(least, farthest);
    best = std::move(found);
  }
  const auto same = [&](const auto& one) { return one.second == best->steps.begin()->second; };
  if (best && std::ranges::all_of(best->steps, same)) return std::nullopt;
  return best;
}

}  // namespace

const ArmBudget* find_arm(const std::vector<ArmBudget>& arms, const std::string& classifier,
                          const std::string& train_on) {
  const auto found = std::ranges::find_if(
      arms, [&](const ArmBudget& arm) { return arm.classifier == classifier && arm.train_on == train_on; });
  return found == arms.end() ? nullptr : &*found;
}

std::optional<BudgetTable> budget_table(const std::filesystem::path& out, const ResultTable& shown,
                                        const std::string& source) {
  if (shown.budget.budgets.empty()) return std::nullopt;
  BudgetTable table{source, {}, shown.budget.arms, {}};
  const ResultTable all = with_other_budgets(out, shown);
  for (const std::int64_t steps : shown.budget.budgets) {
    add_rows(only(all, [&](const auto& run) { return run.spec.settings.steps == steps; }), source,
             BudgetRow::View::steps, table.rows);
  }
  const auto arm_of = [](const study::RunRecord& run) { return Arm(run.spec.classifier, run.spec.train_on.name); };
  if (const auto equal = equal_epochs(all.runs)) {
    table.passes = equal->passes;
    add_rows(only(all, [&](const auto& run) { return run.spec.settings.steps == equal->steps.at(arm_of(run)); }),
             source, BudgetRow::View::epochs, table.rows);
  }
  if (!table.arms.empty()) {
    const auto chosen = [&](const study::RunRecord& run) {
      const ArmBudget* arm = find_arm(table.arms, run.spec.classifier, run.spec.train_on.name);
      return arm != nullptr && run.spec.settings.steps == arm->steps;
    };
    add_rows(only(all, chosen), source, BudgetRow::View::converged, table.rows);
  }
  // In plan order, as study.json has the runs and the cells of any budget have them.
  std::vector<Arm> arms;
  const auto place = [&](const BudgetRow& row) {
    const Arm arm(row.classifier, row.train_on);
    const auto found = std::ranges::find(arms, arm);
    if (found == arms.end()) arms.push_back(arm);
    return static_cast<std::size_t>(found - arms.begin());
  };
  for (const BudgetRow& row : table.rows) place(row);
  std::ranges::stable_sort(table.rows, {},
                           [&](const BudgetRow& row) { return std::tuple(place(row), row.view, row.steps); });
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
      if (row.view != BudgetRow::View::steps || !row.gain || !row.gain->change) continue;
      const stats::Interval& range = row.gain->change->interval;
      if (range.high < 0 && (harm == nullptr || difference(row) < difference(*harm))) harm = &row;
      if (range.low > 0 && (help == nullptr || difference(row) > difference(*help))) help = &row;
    }
    if (harm != nullptr && help != nullptr) found.push_back({harm, help});
  }
  return found;
}

}  // namespace ersatz::analysis
