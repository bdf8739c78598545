#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "analysis/mixtures.hpp"
#include "base/text.hpp"
#include "report/figures.hpp"
#include "report/mixture_text.hpp"
#include "report/plot.hpp"

namespace ersatz::report {
namespace {

using analysis::MixtureCell;

/// One addition to the source's images, over the numbers of these.
struct Series {
  std::string text;  ///< "alone", "+ 10,000 FAKE"
  std::string_view colour;
};

std::string series_text(const analysis::Mixture& mixture, const std::string& source) {
  const std::string additions = additions_text(mixture, source);
  return additions.empty() ? source + " alone" : "+ " + additions;
}

// The series of all classifiers together, so that a colour means the same in every panel.
std::vector<Series> all_series(const std::vector<std::vector<MixtureCell>>& panels, const std::string& source) {
  std::vector<Series> series{{source + " alone", palette_colour(0)}};
  for (const auto& cells : panels) {
    for (const MixtureCell& cell : cells) {
      const std::string text = series_text(cell.mixture, source);
      if (std::ranges::find(series, text, &Series::text) != series.end()) continue;
      series.push_back({text, palette_colour(series.size())});
    }
  }
  return series;
}

Curve make_curve(std::vector<const MixtureCell*> cells, const std::string& source, std::string_view colour) {
  std::ranges::sort(cells, {}, [&](const MixtureCell* cell) { return cell->mixture.of(source); });
  Curve curve;
  curve.colour = colour;
  curve.points = true;
  for (const MixtureCell* cell : cells) {
    curve.x.push_back(static_cast<double>(cell->mixture.of(source)));
    curve.y.push_back(cell->cell->accuracy.mean);
    curve.low.push_back(cell->cell->accuracy_interval.low);
    curve.high.push_back(cell->cell->accuracy_interval.high);
  }
  return curve;
}

// Trained on other images only: the same accuracy whatever the number of the source's.
Curve level(const MixtureCell& cell, const Range& x, std::string_view colour) {
  Curve curve{{x.low, x.high}, {cell.cell->accuracy.mean, cell.cell->accuracy.mean}, colour, true};
  curve.low.assign(2, cell.cell->accuracy_interval.low);
  curve.high.assign(2, cell.cell->accuracy_interval.high);
  return curve;
}

std::vector<Curve> panel_curves(const std::vector<MixtureCell>& cells, const std::string& source,
                                const std::vector<Series>& series, const Range& x) {
  std::vector<Curve> curves;
  for (const Series& one : series) {
    std::vector<const MixtureCell*> points;
    for (const MixtureCell& cell : cells) {
      if (series_text(cell.mixture, source) != one.text) continue;
      if (cell.mixture.of(source) > 0) {
        points.push_back(&cell);
      } else {
        curves.push_back(level(cell, x, one.colour));
      }
    }
    if (!points.empty()) curves.push_back(make_curve(std::move(points), source, one.colour));
  }
  return curves;
}

// Most classifiers in a row of panels.
constexpr std::size_t kColumns = 2;

Sheet lay_out(const std::vector<std::string>& titles, const std::vector<std::vector<Curve>>& curves) {
  constexpr int kPanelWidth = 480, kPanelHeight = 330, kHead = 66, kFoot = 28;
  const std::size_t columns = std::min(kColumns, titles.size());
  const std::size_t rows = (titles.size() + columns - 1) / columns;
  Sheet sheet;
  sheet.width = std::max(640, kPanelWidth * static_cast<int>(columns));
  sheet.height = kHead + kFoot + kPanelHeight * static_cast<int>(rows);
  double low = 1, high = 0;
  for (const auto& panel : curves) {
    for (const Curve& curve : panel) {
      low = std::min(low, std::ranges::min(curve.low));
      high = std::max(high, std::ranges::max(curve.high));
    }
  }
  const double width = sheet.width, height = sheet.height;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const std::size_t row = i / columns, column = i % columns;
    const double left = width * static_cast<double>(column) / static_cast<double>(columns);
    const double top = kHead + kPanelHeight * static_cast<double>(row);
    Panel& panel = sheet.panels.emplace_back();
    panel.left = (left + 66) / width;
    panel.right = (left + width / static_cast<double>(columns) - 16) / width;
    panel.top = 1 - (top + 26) / height;
    panel.bottom = 1 - (top + kPanelHeight - 56) / height;
    panel.title = titles[i];
    panel.y_label = "accuracy";
    panel.y = round_range(low, high);
    panel.curves = curves[i];
  }
  return sheet;
}

}  // namespace

std::optional<Figure> mixture_figure(const std::filesystem::path& path, const analysis::ResultTable& table,
                                     const std::string& source) {
  std::vector<std::string> titles;
  std::vector<std::vector<MixtureCell>> panels;
  std::set<std::size_t> amounts;
  bool additions = false;
  std::size_t fewest = std::numeric_limits<std::size_t>::max(), most = 0;
  for (const auto& cell : table.cells) {
    if (cell.test_on != source || std::ranges::find(titles, cell.title) != titles.end()) continue;
    titles.push_back(cell.title);
    panels.push_back(analysis::mixture_cells(table, cell.classifier, source));
    for (const MixtureCell& one : panels.back()) {
      additions = additions || !one.mixture.is_plain(source);
      if (one.mixture.is_plain(source)) amounts.insert(one.mixture.total());
      fewest = std::min(fewest, one.cell->seeds());
      most = std::max(most, one.cell->seeds());
    }
  }
  if (amounts.size() < 2 || !additions) return std::nullopt;

  const Range x{static_cast<double>(*amounts.begin()) / 1.12, static_cast<double>(*amounts.rbegin()) * 1.12, 1};
  const std::vector<Series> series = all_series(panels, source);
  std::vector<std::vector<Curve>> curves;
  for (const auto& cells : panels) curves.push_back(panel_curves(cells, source, series, x));
  Sheet sheet = lay_out(titles, curves);
  sheet.title = fmt::format("Accuracy on {}", source);
  const std::string seeds = fewest == most ? std::to_string(most) : fmt::format("{} to {}", fewest, most);
  sheet.note =
      fmt::format("{}; mean of {} seed{}, bands: 95 % intervals; dotted: no {} image trained on",
                  figure_note(table.study, table.runs.at(0).spec.settings), seeds, most == 1 ? "" : "s", source);
  for (Panel& panel : sheet.panels) {
    panel.x = x;
    panel.x_label = fmt::format("{} images trained on", source);
    for (const std::size_t amount : amounts) {
      panel.log_tics.emplace_back(static_cast<double>(amount), format_count(amount));
    }
  }
  sheet.legend_line = 1;
  for (const Series& one : series) sheet.legend.push_back({one.text, LegendEntry::Kind::solid, one.colour});
  return Figure{path, sheet.width, sheet.height, gnuplot_script(sheet)};
}

}  // namespace ersatz::report
