#include "report/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/whole_number.hpp"
#include "report/gnuplot.hpp"
#include "report/text_table.hpp"

namespace ersatz::report {
namespace {

std::string data_block(const std::string& name, const Curve& curve) {
  std::string block = name + " << EOD\n";
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    if (!std::isfinite(curve.y[i])) continue;
    block += fmt::format("{} {}", curve.x[i], curve.y[i]);
    if (!curve.low.empty()) block += fmt::format(" {} {}", curve.low[i], curve.high[i]);
    block += '\n';
  }
  return block + "EOD\n";
}

// Bands lie below all lines.
std::string band_plots(const Panel& panel, std::size_t number) {
  std::string plots;
  for (std::size_t c = 0; c < panel.curves.size(); ++c) {
    const Curve& curve = panel.curves[c];
    if (curve.low.empty()) continue;
    // One point has no area: its band is a bar.
    const std::string style =
        curve.x.size() == 1
            ? fmt::format("1:2:3:4 with yerrorbars pt 7 ps 0.1 lw 1 lc rgb '{}'", curve.colour)
            : fmt::format("1:3:4 with filledcurves fs transparent solid 0.16 noborder fc rgb '{}'", curve.colour);
    plots += fmt::format("{}$panel{}curve{} using {} notitle", plots.empty() ? "" : ", \\\n  ", number, c, style);
  }
  return plots;
}

bool has_points(const Curve& curve) {
  return std::ranges::any_of(curve.y, [](double y) { return std::isfinite(y); });
}

// As many digits after the point as the steps of an axis need.
int decimals(double step) { return std::clamp(clamp_to<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 15); }

std::string axis_commands(std::string_view axis, const std::string& label, const Range& range, double first_tic) {
  std::string commands = fmt::format("set {0}label {1} offset 0,0.3 tc rgb '{2}'\nset {0}range [{3}:{4}]\n", axis,
                                     gnuplot_text(label), kInk, range.low, range.high);
  return commands + fmt::format("set {0}tics {1},{2} nomirror out scale 0.5 tc rgb '{3}'\nset format {0} '%.{4}f'\n",
                                axis, first_tic, range.step, kInk, decimals(range.step));
}

std::string log_axis_commands(const Panel& panel) {
  std::string tics;
  for (const auto& [x, text] : panel.log_tics) {
    tics += fmt::format("{}{} {}", tics.empty() ? "" : ", ", gnuplot_tic(text), x);
  }
  return fmt::format("set xlabel {} offset 0,0.3 tc rgb '{}'\nset logscale x\nset xrange [{}:{}]\n",
                     gnuplot_text(panel.x_label), kInk, panel.x.low, panel.x.high) +
         fmt::format("set xtics ({}) nomirror out scale 0.5 tc rgb '{}'\n", tics, kInk);
}

std::string panel_commands(const Panel& panel, std::size_t number) {
  std::string blocks, plots = band_plots(panel, number);
  const auto add = [&](std::string text) { plots += (plots.empty() ? "" : ", \\\n  ") + std::move(text); };
  for (std::size_t c = 0; c < panel.curves.size(); ++c) {
    const Curve& curve = panel.curves[c];
    if (!has_points(curve)) continue;
    const std::string name = fmt::format("$panel{}curve{}", number, c);
    blocks += data_block(name, curve);
    // A curve of one epoch has no line: its point is drawn instead.
    // Dashes shrink with the line's width: thin lines get longer ones.
    const char* const dots = curve.width < 2 ? "(4,4)" : "(2,3)";
    add(fmt::format("{} using 1:2 with {} dt {} lw {} lc rgb '{}' notitle", name,
                    curve.x.size() == 1 || curve.points ? "linespoints pt 7 ps 0.5" : "lines",
                    curve.dotted ? dots : "solid", curve.width, curve.colour));
  }
  for (std::size_t m = 0; m < panel.marks.size(); ++m) {
    const Mark& mark = panel.marks[m];
    if (!std::isfinite(mark.y)) continue;
    const std::string name = fmt::format("$panel{}mark{}", number, m);
    blocks += data_block(name, {{mark.x}, {mark.y}, mark.colour});
    add(fmt::format("{} using 1:2 with points pt 7 ps 0.7 lc rgb '{}' notitle", name, mark.colour));
  }
  if (plots.empty()) add("NaN notitle");
  std::string commands = blocks;
  commands += fmt::format("set margins at screen {}, screen {}, screen {}, screen {}\n", panel.left, panel.right,
                          panel.bottom, panel.top);
  commands += fmt::format("set title {} offset 0,-0.4 tc rgb '{}'\n", gnuplot_text(panel.title), kInk);
  if (panel.log_tics.empty()) {
    commands += axis_commands("x", panel.x_label, panel.x, std::ceil(panel.x.low / panel.x.step) * panel.x.step);
  } else {
    commands += log_axis_commands(panel);
  }
  commands += axis_commands("y", panel.y_label, panel.y, panel.y.low);
  return commands + "plot " + plots + "\n";
}

// Drawn by hand, right to left: gnuplot's own key in a multiplot stays within one panel.
std::string legend_commands(const Sheet& sheet) {
  std::string text;
  const double y = 1 - (21.0 + 24 * sheet.legend_line) / sheet.height;
  double right = 0.985 * sheet.width;
  int tag = 10;
  for (auto entry = sheet.legend.rbegin(); entry != sheet.legend.rend(); ++entry, tag += 2) {
    const double words = 7.1 * static_cast<double>(text_width(entry->text)), sample = 26;
    text += fmt::format("set label {} {} at screen {},{} left font F12 tc rgb '{}'\n", tag, gnuplot_text(entry->text),
                        (right - words) / sheet.width, y, kInk);
    right -= words + 8;
    if (entry->kind == LegendEntry::Kind::mark) {
      text += fmt::format("set label {} '' at screen {},{} point pt 7 ps 0.7 lc rgb '{}'\n", tag + 1,
                          (right - 4) / sheet.width, y, entry->colour);
      right -= 30;
      continue;
    }
    // Of another width, or gnuplot's SVG puts both lines into one path and draws them alike.
    text += fmt::format("set arrow {} from screen {},{} to screen {},{} nohead {} lc rgb '{}'\n", tag,
                        (right - sample) / sheet.width, y, right / sheet.width, y,
                        entry->kind == LegendEntry::Kind::dotted ? "dt (2,3) lw 1.9" : "dt solid lw 2", entry->colour);
    right -= sample + 22;
  }
  return text;
}

}  // namespace

std::string_view palette_colour(std::size_t i) { return kPalette[i % kPalette.size()]; }

Range round_range(double low, double high) {
  if (!(high > low)) return {low - 0.5, low + 0.5, 0.5};
  const double rough = (high - low) / 5;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * 0.999) {
      step = factor * power;
      break;
    }
  }
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

std::string title_and_note(std::string_view title, std::string_view note, int width, int height) {
  const double x = 16.0 / width;
  return fmt::format(
      "set label 1 {} at screen {},{} left front font F16 tc rgb '{}'\n"
      "set label 2 {} at screen {},{} left front font F10 tc rgb '{}'\n",
      gnuplot_text(title), x, 1 - 21.0 / height, kInk, gnuplot_text(note), x, 12.0 / height, kFaint);
}

std::string gnuplot_script(const Sheet& sheet) {
  std::string script =
      fmt::format("set multiplot\nset border 3 lc rgb '{}'\nset grid lt 1 lc rgb '{}' lw 0.6\n", kAxis, kGrid);
  script += "unset key\n" + legend_commands(sheet);
  script += title_and_note(sheet.title, sheet.note, sheet.width, sheet.height);
  for (std::size_t i = 0; i < sheet.panels.size(); ++i) {
    script += panel_commands(sheet.panels[i], i);
    if (i == 0) script += "unset label\nunset arrow\n";
  }
  return script + "unset multiplot\n";
}

}  // namespace ersatz::report
