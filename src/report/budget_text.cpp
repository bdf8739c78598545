#include "report/budget_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "report/caption.hpp"
#include "report/mixture_text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::ArmBudget;
using analysis::BudgetRow;
using analysis::BudgetTable;
using analysis::BudgetView;

std::string steps_text(std::int64_t steps) { return format_count(static_cast<std::uint64_t>(steps)); }

std::string arm_name(const analysis::ResultTable& table, const ArmBudget& arm) {
  return fmt::format("{} on {}", table.title(arm.classifier), arm.train_on);
}

// What a rung gained over the one before it.
std::string gain_text(const study::RungGain& gain) {
  if (gain.one_seed()) return signed_share(gain.difference.mean);
  const double half = gain.high - gain.difference.mean;
  return difference_text(gain.difference.mean,
                         stats::within({gain.difference.mean - half, gain.high}, stats::kDifferences));
}

std::string_view view_name(BudgetRow::View view) {
  switch (view) {
    case BudgetRow::View::steps: return "steps";
    case BudgetRow::View::epochs: return "epochs";
    case BudgetRow::View::converged: break;
  }
  return "converged";
}

// What stands before the steps of a row.
std::string_view view_text(BudgetRow::View view) {
  switch (view) {
    case BudgetRow::View::steps: return "";
    case BudgetRow::View::epochs: return "equal epochs: ";
    case BudgetRow::View::converged: break;
  }
  return "until done: ";
}

std::string passes_text(double passes) {
  if (std::isnan(passes)) return "";
  return passes < 9.95 ? fmt::format("{:.1f}", passes) : fmt::format("{:.0f}", passes);
}

const ArmBudget* arm_of(const BudgetTable& table, const BudgetRow& row) {
  return analysis::find_arm(table.arms, row.classifier, row.train_on);
}

std::string_view verdict_text(const ArmBudget& arm) {
  switch (arm.climb.verdict) {
    case study::Climb::Verdict::climbing: return "not finished";
    case study::Climb::Verdict::not_converged: return "not converged";
    case study::Climb::Verdict::converged: break;
  }
  return arm.climb.gains.back().one_seed() ? "converged, by one seed" : "converged";
}

std::string chosen_text(const BudgetTable& table, const BudgetRow& row) {
  const ArmBudget* arm = arm_of(table, row);
  if (arm == nullptr || !row.chosen) return "";
  return fmt::format("chosen, {}", verdict_text(*arm));
}

std::string change_text(const BudgetRow& row) {
  if (!row.gain || !row.gain->change) return "";
  return difference_text(row.gain->change->difference.mean, row.gain->change->interval);
}

}  // namespace

std::string budget_text(const BudgetView& view) {
  if (view.kind == BudgetView::Kind::only) return "";
  if (view.kind == BudgetView::Kind::equal) return steps_text(view.steps) + " steps each";
  const auto [least, most] = std::ranges::minmax(view.arms, {}, &ArmBudget::steps);
  // Of an arm that gained until its last rung nobody knows what more steps would give.
  const bool done = std::ranges::all_of(view.arms, &ArmBudget::converged);
  const char* head = done ? "each trained until done" : "each with the best budget of its ladder";
  return least.steps == most.steps
             ? fmt::format("{}: {} steps", head, steps_text(least.steps))
             : fmt::format("{}: {} to {} steps", head, steps_text(least.steps), steps_text(most.steps));
}

std::vector<std::string> budget_notes(const analysis::ResultTable& table) {
  const BudgetView& view = table.budget;
  if (view.kind == BudgetView::Kind::only) return {};
  std::vector<std::string> lines, budgets;
  for (const std::int64_t steps : view.budgets) budgets.push_back(steps_text(steps));
  if (budgets.size() > 1) {
    lines.push_back(fmt::format("There are runs of {} steps; --steps N shows the tables of one, tables/budgets all.",
                                join_words(budgets)));
  }
  if (view.kind != BudgetView::Kind::converged) return lines;
  std::vector<std::string> open, one_seed;
  for (const ArmBudget& arm : view.arms) {
    if (arm.climb.verdict == study::Climb::Verdict::not_converged) open.push_back(arm_name(table, arm));
    if (arm.converged() && arm.climb.gains.back().one_seed()) one_seed.push_back(arm_name(table, arm));
  }
  const auto names = [&](const std::vector<std::string>& some) {
    constexpr std::size_t kShown = 8;
    const std::size_t all = view.arms.size();
    return some.size() == all && all > 1 ? fmt::format("all {}", all) : join_first_words(some, kShown);
  };
  if (!open.empty()) lines.push_back(fmt::format("NOT CONVERGED, more steps may give more: {}.", names(open)));
  if (!one_seed.empty()) {
    lines.push_back(fmt::format("Converged by one seed, another may say otherwise: {}.", names(one_seed)));
  }
  return lines;
}

std::string equal_epochs_note(const BudgetTable& table) {
  if (!table.passes) return "";
  return fmt::format(
      "Equal epochs: each training set at the budget whose number of passes over its images is nearest to {}, within a "
      "factor of two.",
      passes_text(*table.passes));
}

TextTable budgets_text_table(const BudgetTable& table) {
  std::vector<Column<BudgetRow>> columns{
      {"classifier", Align::left, [](const BudgetRow& row) { return row.title; }},
      {"trained on", Align::left, [](const BudgetRow& row) { return row.train_on; }},
      {"steps", Align::right,
       [](const BudgetRow& row) { return std::string(view_text(row.view)) + steps_text(row.steps); }},
      {"passes", Align::right, [](const BudgetRow& row) { return passes_text(row.passes); }},
      {"n", Align::right, [](const BudgetRow& row) { return std::to_string(row.seeds); }},
      {"accuracy", Align::right,
       [](const BudgetRow& row) { return share(row.accuracy.mean) + " " + interval(row.accuracy_interval); }},
      {"gain over " + table.source + " alone", Align::right, change_text},
      {"k", Align::right, [](const BudgetRow& row) { return row.gain && row.gain->rate ? rate_text(*row.gain) : ""; }},
  };
  if (!table.arms.empty()) {
    columns.push_back({"validation", Align::right,
                       [](const BudgetRow& row) { return row.validation ? spread(*row.validation) : ""; }});
    columns.push_back({"gained by more steps", Align::right, [&](const BudgetRow& row) -> std::string {
                         const ArmBudget* arm = arm_of(table, row);
                         if (arm == nullptr || row.view != BudgetRow::View::steps || row.rung.value_or(0) == 0)
                           return "";
                         return gain_text(arm->climb.gains[*row.rung - 1]);
                       }});
    columns.push_back({"ladder", Align::left, [&](const BudgetRow& row) { return chosen_text(table, row); }});
  }
  return make_table(columns, table.rows);
}

std::string budgets_csv(const BudgetTable& table) {
  using Optional = std::optional<double>;
  const auto number = [](const Optional& value) {
    return !value || std::isnan(*value) ? std::string() : fmt::format("{}", *value);
  };
  std::vector<CsvColumn<BudgetRow>> columns{
      {"classifier", [](const BudgetRow& row) { return row.classifier; }},
      {"train_on", [](const BudgetRow& row) { return row.train_on; }},
      {"view", [](const BudgetRow& row) { return std::string(view_name(row.view)); }},
      {"steps", [](const BudgetRow& row) { return std::to_string(row.steps); }},
      {"seeds", [](const BudgetRow& row) { return std::to_string(row.seeds); }},
  };
  const auto add = [&](const char* name, const std::function<Optional(const BudgetRow&)>& value) {
    columns.push_back({name, [value, number](const BudgetRow& row) { return number(value(row)); }});
  };
  const auto add_change = [&](const char* name, const std::function<double(const analysis::PairedDifference&)>& read) {
    add(name, [read](const BudgetRow& row) -> Optional {
      return row.gain && row.gain->change ? Optional(read(*row.gain->change)) : std::nullopt;
    });
  };
  const auto add_rate = [&](const char* name, const std::function<Optional(const analysis::ExchangeRate&)>& read) {
    add(name, [read](const BudgetRow& row) -> Optional {
      return row.gain && row.gain->rate ? read(*row.gain->rate) : std::nullopt;
    });
  };
  add("accuracy", [](const BudgetRow& row) { return Optional(row.accuracy.mean); });
  add("accuracy_low", [](const BudgetRow& row) { return Optional(row.accuracy_interval.low); });
  add("accuracy_high", [](const BudgetRow& row) { return Optional(row.accuracy_interval.high); });
  add_change("gain", [](const auto& change) { return change.difference.mean; });
  add_change("gain_low", [](const auto& change) { return change.interval.low; });
  add_change("gain_high", [](const auto& change) { return change.interval.high; });
  add_rate("k", [](const auto& rate) { return rate.rate; });
  add_rate("k_low", [](const auto& rate) { return Optional(rate.interval.low); });
  add_rate("k_high", [](const auto& rate) { return Optional(rate.interval.high); });
  add("validation",
      [](const BudgetRow& row) { return row.validation ? Optional(row.validation->mean) : std::nullopt; });
  columns.push_back({"chosen", [](const BudgetRow& row) { return std::string(row.chosen ? "1" : "0"); }});
  columns.push_back({"verdict", [&](const BudgetRow& row) {
                       const ArmBudget* arm = arm_of(table, row);
                       return arm == nullptr ? std::string() : std::string(verdict_text(*arm));
                     }});
  add("passes", [](const BudgetRow& row) { return Optional(row.passes); });
  return make_csv(columns, table.rows);
}

std::string budgets_markdown(const analysis::ResultTable& study, const BudgetTable& table) {
  std::string text = fmt::format("# Budgets, tested on {}\n\n", table.source);
  for (const auto& line : caption_lines(caption(study))) text += line + "  \n";
  if (const std::string note = equal_epochs_note(table); !note.empty()) text += "\n" + note + "\n";
  return text + "\n" + budgets_text_table(table).markdown();
}

bool is_reversed(const analysis::Answer& answer, const analysis::Gain& gain) {
  if (!answer.budgets) return false;
  const auto found = analysis::reversals(*answer.budgets);
  return std::ranges::any_of(found, [&](const analysis::BudgetReversal& one) {
    return one.help->classifier == gain.classifier && one.help->mixture == gain.mixture;
  });
}

std::vector<std::string> reversal_sentences(const analysis::Answer& answer) {
  std::vector<std::string> sentences;
  if (!answer.budgets) return sentences;
  for (const auto& [harm, help] : analysis::reversals(*answer.budgets)) {
    const analysis::Gain& gain = *help->gain;
    sentences.push_back(fmt::format(
        "Whether {} {} {} images helps {} depends on the budget: {} after {} steps, {} after {}; the table of budgets "
        "has all (n = {} and {}).",
        additions_text(gain.mixture, answer.source), gain.added > 0 ? "beside" : "on", format_count(gain.own),
        help->title, change_text(*harm), steps_text(harm->steps), change_text(*help), steps_text(help->steps),
        harm->seeds, help->seeds));
  }
  return sentences;
}

}  // namespace ersatz::report
