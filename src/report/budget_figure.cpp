// Accuracy, gain and k against the budget: is a study's answer one of its number of steps?

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/figures.hpp"
#include "report/plot.hpp"
#include "study/output_layout.hpp"

namespace ersatz::report {
namespace {

using analysis::BudgetRow;
using analysis::BudgetTable;

/// What a panel shows: a number with its interval, and its columns in the data.
struct Quantity {
  const char* label;
  int column;  ///< of the number; its interval is in the two after it
};
constexpr std::array<Quantity, 3> kQuantities{{{"accuracy", 2}, {"gain", 5}, {"k", 8}}};
constexpr int kChosen = 11;

struct Value {
  double mean = NAN, low = NAN, high = NAN;
};

Value value_of(const BudgetRow& row, std::size_t quantity) {
  if (quantity == 0) return {row.accuracy.mean, row.accuracy_interval.low, row.accuracy_interval.high};
  if (!row.gain) return {};
  if (quantity == 1) {
    const auto& change = row.gain->change;
    return change ? Value{change->difference.mean, change->interval.low, change->interval.high} : Value{};
  }
  const auto& rate = row.gain->rate;
  // 0 stands for a gain beyond the learning curve.
  return rate && rate->rate && *rate->rate > 0 ? Value{*rate->rate, rate->interval.low, rate->interval.high} : Value{};
}

struct Arm {
  std::string title, train_on;
  std::vector<const BudgetRow*> rows;  ///< of equal steps, ascending
};

std::vector<Arm> arms_of(const BudgetTable& table) {
  std::vector<Arm> arms;
  for (const BudgetRow& row : table.rows) {
    if (row.view != BudgetRow::View::steps) continue;
    if (arms.empty() || arms.back().title != row.title || arms.back().train_on != row.train_on) {
      arms.push_back({row.title, row.train_on, {}});
    }
    arms.back().rows.push_back(&row);
  }
  return arms;
}

template <typename Read>
std::vector<std::string> names_of(const std::vector<Arm>& arms, Read read) {
  std::vector<std::string> names;
  for (const Arm& arm : arms) {
    if (std::ranges::find(names, read(arm)) == names.end()) names.push_back(read(arm));
  }
  return names;
}

std::string data_of(const std::vector<Arm>& arms) {
  std::string data = csv_line({"steps", "accuracy", "low", "high", "gain", "low", "high", "k", "low", "high", "chosen",
                               "classifier", "trained on"});
  for (std::size_t i = 0; i < arms.size(); ++i) {
    if (i > 0) data += "\n\n";
    for (const BudgetRow* row : arms[i].rows) {
      std::vector<std::string> fields{std::to_string(row->steps)};
      for (std::size_t quantity = 0; quantity < kQuantities.size(); ++quantity) {
        const Value value = value_of(*row, quantity);
        for (const double number : {value.mean, value.low, value.high}) fields.push_back(data_field(number));
      }
      fields.insert(fields.end(), {row->chosen ? "1" : "0", data_field(row->title), data_field(row->train_on)});
      data += csv_line(fields);
    }
  }
  return data;
}

// Nothing where no arm has a number. Ends of intervals that are infinite are beyond the panel.
std::optional<Range> range_of(const std::vector<Arm>& arms, std::size_t quantity) {
  double low = INFINITY, high = -INFINITY;
  for (const Arm& arm : arms) {
    for (const BudgetRow* row : arm.rows) {
      const Value value = value_of(*row, quantity);
      if (!std::isfinite(value.mean)) continue;
      const bool shows_interval = quantity < 2;
      for (const double end :
           {value.mean, shows_interval ? value.low : value.mean, shows_interval ? value.high : value.mean}) {
        if (!std::isfinite(end)) continue;
        low = std::min(low, end);
        high = std::max(high, end);
      }
    }
  }
  if (low > high) return std::nullopt;
  return round_range(low, high);
}

std::vector<Curve> curves_of(const std::vector<Arm>& arms, const std::string& title, std::size_t quantity,
                             const std::vector<std::string>& sets) {
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const auto finite = [&](const BudgetRow* row) { return std::isfinite(value_of(*row, quantity).mean); };
    const auto points = std::ranges::count_if(arms[i].rows, finite);
    if (arms[i].title != title || points == 0) continue;
    const auto set = static_cast<std::size_t>(std::ranges::find(sets, arms[i].train_on) - sets.begin());
    Curve curve;
    curve.block = i;
    curve.y = kQuantities.at(quantity).column;
    curve.low = curve.y + 1;
    curve.high = curve.y + 2;
    curve.colour = colour_name(set);
    curve.point = point_of(set);
    if (quantity < 2) curve.band = points == 1 ? Curve::Band::bars : Curve::Band::area;
    curve.marked = fmt::format("${} == 1", kChosen);
    curves.push_back(std::move(curve));
  }
  return curves;
}

// "REAL500 (not converged: LeNet)".
std::string legend_text(const BudgetTable& table, const std::string& train_on) {
  std::vector<std::string> open;
  for (const BudgetRow& row : table.rows) {
    for (const analysis::ArmBudget& arm : table.arms) {
      if (row.view == BudgetRow::View::converged && row.train_on == train_on && arm.train_on == train_on &&
          arm.classifier == row.classifier && !arm.converged()) {
        open.push_back(row.title);
      }
    }
  }
  return open.empty() ? train_on : fmt::format("{} (not converged: {})", train_on, join_words(open));
}

}  // namespace

std::optional<Figure> budget_figure(const std::filesystem::path& path, const analysis::ResultTable& study,
                                    const BudgetTable& table) {
  const std::vector<Arm> arms = arms_of(table);
  const auto is_line = [](const Arm& arm) { return arm.rows.size() > 1; };
  if (std::ranges::none_of(arms, is_line)) return std::nullopt;
  const auto titles = names_of(arms, [](const Arm& arm) { return arm.title; });
  const auto sets = names_of(arms, [](const Arm& arm) { return arm.train_on; });
  std::vector<std::pair<std::size_t, Range>> shown;
  for (std::size_t quantity = 0; quantity < kQuantities.size(); ++quantity) {
    if (const auto range = range_of(arms, quantity)) shown.emplace_back(quantity, *range);
  }
  constexpr double kWidth = 840, kHeight = 250, kLeft = 66, kRight = 14;
  Sheet sheet;
  sheet.frame.width = kWidth;
  sheet.frame.title = fmt::format("Accuracy on {} against the budget", table.source);
  sheet.frame.note = fmt::format(
      "{}; means over seeds, bands: 95 % intervals; gain: over as many {} images alone with the same steps{}",
      figure_note(study.study, study.runs.at(0).spec.settings), table.source,
      table.arms.empty() ? "" : "; large points: the budget that validation chose");
  for (std::size_t i = 0; i < sets.size(); ++i) {
    sheet.frame.legend.push_back({legend_text(table, sets[i]), LegendEntry::Kind::solid, colour_name(i), point_of(i)});
  }
  const std::vector<std::int64_t>& budgets = study.budget.budgets;
  const double panel_width = kWidth / static_cast<double>(shown.size());
  for (std::size_t row = 0; row < titles.size(); ++row) {
    for (std::size_t column = 0; column < shown.size(); ++column) {
      const auto& [quantity, range] = shown[column];
      Panel& panel = sheet.panels.emplace_back();
      panel.left = panel_width * static_cast<double>(column) + kLeft;
      panel.right = panel_width * static_cast<double>(column + 1) - kRight;
      panel.top = kHeight * static_cast<double>(row) + 28;
      panel.bottom = kHeight * static_cast<double>(row + 1) - 50;
      if (column == 0) panel.title = titles[row];
      panel.y_label = kQuantities.at(quantity).label;
      panel.x_label = "steps";
      panel.y = range;
      panel.x = {static_cast<double>(budgets.front()) / 1.3, static_cast<double>(budgets.back()) * 1.3, 1};
      for (const std::int64_t steps : budgets) {
        panel.log_tics.emplace_back(static_cast<double>(steps), format_count(static_cast<std::uint64_t>(steps)));
      }
      panel.curves = curves_of(arms, titles[row], quantity, sets);
    }
  }
  Figure figure;
  figure.path = path;
  figure.source = study::figure_source_path(path);
  figure.title = sheet.frame.title;
  figure.width = sheet.frame.width;
  figure.height = sheet.height();
  figure.script = gnuplot_script(sheet);
  figure.data_name = study::figure_data_name(path);
  figure.data = data_of(arms);
  return figure;
}

}  // namespace ersatz::report
