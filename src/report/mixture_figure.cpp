#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "analysis/mixtures.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/figures.hpp"
#include "report/mixture_text.hpp"
#include "report/plot.hpp"
#include "stats/multiple.hpp"
#include "study/output_layout.hpp"

namespace ersatz::report {
namespace {

using analysis::MixtureCell;

std::string series_text(const analysis::Mixture& mixture, const std::string& source) {
  const std::string additions = additions_text(mixture, source);
  return additions.empty() ? source + " alone" : "+ " + additions;
}

/// A classifier's cells, and what was added in all panels together, so that a colour means the same in each.
struct Panels {
  std::vector<std::string> titles;
  std::vector<std::vector<MixtureCell>> cells;
  std::vector<std::string> series;  ///< "REAL alone", "+ 10,000 FAKE"
};

Panels find_panels(const analysis::ResultTable& table, const std::string& source) {
  Panels panels;
  panels.series.push_back(source + " alone");
  for (const auto& cell : table.cells) {
    if (cell.test_on != source || std::ranges::find(panels.titles, cell.title) != panels.titles.end()) continue;
    panels.titles.push_back(cell.title);
    panels.cells.push_back(analysis::mixture_cells(table, cell.classifier, source));
    for (const MixtureCell& one : panels.cells.back()) {
      const std::string text = series_text(one.mixture, source);
      if (std::ranges::find(panels.series, text) == panels.series.end()) panels.series.push_back(text);
    }
  }
  return panels;
}

/// What is drawn, and the data that it is drawn from: a block a curve.
struct Curves {
  std::vector<std::vector<Curve>> panels;
  std::string data;
  Range y{1, 0};  ///< of all accuracies with their intervals
};

class Collector {
 public:
  explicit Collector(std::string source) : source_(std::move(source)) {
    curves_.data = csv_line({source_ + " images", "accuracy", "low", "high", "seeds", "classifier", "trained on"});
  }

  // Points of one series, in the order of their images; where none of the source was trained on, a level line.
  void add(std::vector<const MixtureCell*> cells, const std::string& text, const std::string& title, Curve curve) {
    std::ranges::sort(cells, {}, [&](const MixtureCell* cell) { return cell->mixture.of(source_); });
    if (blocks_ > 0) curves_.data += "\n\n";
    for (const MixtureCell* cell : cells) {
      const analysis::Cell& of = *cell->cell;
      const auto [low, high] = stats::share_interval(of.accuracy_estimate, stats::simultaneous_level(cells.size()));
      curves_.y.low = std::min(curves_.y.low, low);
      curves_.y.high = std::max(curves_.y.high, high);
      curves_.data +=
          csv_line({std::to_string(cell->mixture.of(source_)), data_field(of.accuracy.mean), data_field(low),
                    data_field(high), std::to_string(of.seeds()), data_field(title), data_field(text)});
    }
    curve.block = blocks_++;
    curve.low = 3;
    curve.high = 4;
    curve.band = cells.size() == 1 && !curve.level ? Curve::Band::bars : Curve::Band::area;
    curves_.panels.back().push_back(std::move(curve));
  }

  void add_panel(const std::vector<MixtureCell>& cells, const std::string& title,
                 const std::vector<std::string>& series) {
    curves_.panels.emplace_back();
    for (std::size_t i = 0; i < series.size(); ++i) {
      std::vector<const MixtureCell*> points;
      for (const MixtureCell& cell : cells) {
        if (series_text(cell.mixture, source_) != series[i]) continue;
        if (cell.mixture.of(source_) > 0) {
          points.push_back(&cell);
          continue;
        }
        Curve level;
        level.colour = colour_name(i);
        level.dotted = level.level = true;
        add({&cell}, series[i], title, level);
      }
      if (points.empty()) continue;
      Curve curve;
      curve.colour = colour_name(i);
      curve.point = point_of(i);
      add(std::move(points), series[i], title, curve);
    }
  }

  Curves take() { return std::move(curves_); }

 private:
  std::string source_;
  Curves curves_;
  std::size_t blocks_ = 0;
};

// Panels below the frame's head, two in a row.
std::vector<Panel> lay_out(const std::vector<std::string>& titles, const Curves& curves, double width) {
  constexpr double kPanelHeight = 290, kLeft = 66, kRight = 14;
  const std::size_t columns = std::min<std::size_t>(2, titles.size());
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const double column = static_cast<double>(i % columns), row = static_cast<double>(i / columns);
    const double panel_width = width / static_cast<double>(columns);
    Panel& panel = panels.emplace_back();
    panel.left = panel_width * column + kLeft;
    panel.right = panel_width * (column + 1) - kRight;
    panel.top = kPanelHeight * row + 28;
    panel.bottom = kPanelHeight * (row + 1) - 50;
    panel.title = titles[i];
    panel.y_label = "accuracy";
    panel.y = round_range(curves.y.low, curves.y.high);
    panel.curves = curves.panels[i];
  }
  return panels;
}

}  // namespace

std::optional<Figure> mixture_figure(const std::filesystem::path& path, const analysis::ResultTable& table,
                                     const std::string& source) {
  const Panels panels = find_panels(table, source);
  std::set<std::size_t> amounts, all_amounts;  // of the source alone, and with additions
  bool additions = false;
  std::size_t fewest = std::numeric_limits<std::size_t>::max(), most = 0;
  for (const auto& cells : panels.cells) {
    for (const MixtureCell& one : cells) {
      additions = additions || !one.mixture.is_plain(source);
      if (one.mixture.is_plain(source)) amounts.insert(one.mixture.total());
      if (one.mixture.of(source) > 0) all_amounts.insert(one.mixture.of(source));
      fewest = std::min(fewest, one.cell->seeds());
      most = std::max(most, one.cell->seeds());
    }
  }
  if (amounts.size() < 2 || !additions) return std::nullopt;

  Collector collector(source);
  for (std::size_t i = 0; i < panels.titles.size(); ++i) {
    collector.add_panel(panels.cells[i], panels.titles[i], panels.series);
  }
  Curves curves = collector.take();
  Sheet sheet;
  sheet.frame.width = panels.titles.size() == 1 ? 600 : 840;
  sheet.frame.title = fmt::format("Accuracy on {}", source);
  const std::string seeds = fewest == most ? std::to_string(most) : fmt::format("{} to {}", fewest, most);
  sheet.frame.note = fmt::format(
      "{}; mean of {} seed{}, bands: 95 % for all points of a line together; dotted: no {} image trained on",
      figure_note(table.study, table.runs.at(0).spec.settings), seeds, most == 1 ? "" : "s", source);
  for (std::size_t i = 0; i < panels.series.size(); ++i) {
    sheet.frame.legend.push_back({panels.series[i], LegendEntry::Kind::solid, colour_name(i), point_of(i)});
  }
  sheet.panels = lay_out(panels.titles, curves, sheet.frame.width);
  for (Panel& panel : sheet.panels) {
    panel.x = {static_cast<double>(*all_amounts.begin()) / 1.12, static_cast<double>(*all_amounts.rbegin()) * 1.12, 1};
    panel.x_label = fmt::format("{} images trained on", source);
    for (const std::size_t amount : amounts) {
      panel.log_tics.emplace_back(static_cast<double>(amount), format_count(amount));
    }
  }
  Figure figure;
  figure.path = path;
  figure.source = study::figure_source_path(path);
  figure.title = sheet.frame.title + " against the number of its images trained on";
  figure.width = sheet.frame.width;
  figure.height = sheet.height();
  figure.script = gnuplot_script(sheet);
  figure.data_name = study::figure_data_name(path);
  figure.data = std::move(curves.data);
  return figure;
}

}  // namespace ersatz::report
