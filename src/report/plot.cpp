#include "report/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/whole_number.hpp"
#include "report/text_extent.hpp"

namespace ersatz::report {
namespace {

// As many digits after the point as the steps of an axis need.
int decimals(double step) { return std::clamp(clamp_to<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 15); }

std::string axis_commands(std::string_view axis, const std::string& label, const Range& range, double first_tic) {
  std::string commands =
      fmt::format("set {0}label {1} offset 0,0.3 font size({4}) tc rgb ink\nset {0}range [{2}:{3}]\n", axis,
                  gnuplot_text(label), range.low, range.high, points(kTextSize));
  return commands + fmt::format(
                        "set {0}tics {1},{2} nomirror out scale 0.5 font size({4}) tc rgb ink\n"
                        "set format {0} '%.{3}f'\n",
                        axis, first_tic, range.step, decimals(range.step), points(kTextSize));
}

// Where two words would touch, the one further left is not written.
std::string log_axis_commands(const Panel& panel) {
  constexpr double kGap = 6;
  const double unit = (panel.right - panel.left) / std::log(panel.x.high / panel.x.low);
  double free_to = panel.right + kGap * 4;
  std::string tics;
  for (auto tic = panel.log_tics.rbegin(); tic != panel.log_tics.rend(); ++tic) {
    const auto& [x, text] = *tic;
    const double middle = panel.left + unit * std::log(x / panel.x.low), half = kTextSize * text_ems(text) / 2;
    const bool fits = middle + half + kGap <= free_to;
    if (fits) free_to = middle - half;
    tics = fmt::format("{} {}{}{}", gnuplot_tic(fits ? text : ""), x, tics.empty() ? "" : ", ", tics);
  }
  return fmt::format(
      "set xlabel {} offset 0,0.3 font size({}) tc rgb ink\nset logscale x\nset xrange [{}:{}]\n"
      "set xtics ({}) nomirror out scale 0.5 font size({}) tc rgb ink\n",
      gnuplot_text(panel.x_label), points(kTextSize), panel.x.low, panel.x.high, tics, points(kTextSize));
}

std::string rows(const Curve& curve) { return fmt::format("data skip 1 index {} using ", curve.block); }

std::string band(const Panel& panel, const Curve& curve) {
  const std::string area = fmt::format("fs transparent solid 0.16 noborder fc rgb {}", curve.colour);
  if (curve.level) {
    return rows(curve) + fmt::format("({0}):{2}:({0}):({1}):{3}:{4} with boxxyerror {5}", panel.x.low, panel.x.high,
                                     curve.y, curve.low, curve.high, area);
  }
  const std::string range = fmt::format("{}:{}", curve.low, curve.high);
  if (curve.band == Curve::Band::area)
    return rows(curve) + fmt::format("{}:{} with filledcurves {}", curve.x, range, area);
  return rows(curve) +
         fmt::format("{}:{}:{} with yerrorbars pt 7 ps 0.1 lw 1 lc rgb {}", curve.x, curve.y, range, curve.colour);
}

std::string line(const Panel& panel, const Curve& curve) {
  // Dashes shrink with the line's width: thin lines get longer ones.
  const char* const dots = curve.width < 1.5 ? "(4,4)" : "(2,3)";
  const std::string look =
      fmt::format("dt {} lw {} lc rgb {}", curve.dotted ? dots : "solid", curve.width, curve.colour);
  if (curve.level) {
    return rows(curve) + fmt::format("({}):{}:({}):(0) with vectors nohead {}", panel.x.low, curve.y,
                                     panel.x.high - panel.x.low, look);
  }
  const std::string style = curve.point > 0 ? fmt::format("linespoints pt {} ps 0.5 * dot", curve.point) : "lines";
  return rows(curve) + fmt::format("{}:{} with {} {}", curve.x, curve.y, style, look);
}

std::string marks(const Curve& curve) {
  return rows(curve) + fmt::format("({} ? ${} : NaN):{} with points pt {} ps 0.8 * dot lc rgb {}", curve.marked,
                                   curve.x, curve.y, kCircle, curve.colour);
}

// Bands lie below all lines, marks above them.
std::string plot_command(const Panel& panel) {
  std::vector<std::string> parts;
  for (const Curve& curve : panel.curves) {
    if (curve.band != Curve::Band::none) parts.push_back(band(panel, curve));
  }
  for (const Curve& curve : panel.curves) parts.push_back(line(panel, curve));
  for (const Curve& curve : panel.curves) {
    if (!curve.marked.empty()) parts.push_back(marks(curve));
  }
  std::string command = "plot NaN notitle";  // axes, where no row has a number
  for (const std::string& part : parts) command += ", \\\n  " + part + " notitle";
  return command + "\n";
}

std::string panel_commands(const Panel& panel, const Frame& frame, double height) {
  const double head = frame.head();
  std::string commands = fmt::format("set margins at screen {:.5f}, screen {:.5f}, screen {:.5f}, screen {:.5f}\n",
                                     panel.left / frame.width, panel.right / frame.width,
                                     1 - (head + panel.bottom) / height, 1 - (head + panel.top) / height);
  const double room = (panel.right - panel.left + 50) / kTextSize;  // to the panel beside it
  commands += fmt::format("set title {} offset 0,-0.4 font size({}) tc rgb ink\n",
                          gnuplot_text(fit_text(panel.title, room)), points(kTextSize));
  commands += panel.log_tics.empty()
                  ? axis_commands("x", panel.x_label, panel.x, std::ceil(panel.x.low / panel.x.step) * panel.x.step)
                  : log_axis_commands(panel);
  return commands + axis_commands("y", panel.y_label, panel.y, panel.y.low) + plot_command(panel);
}

}  // namespace

std::string colour_name(std::size_t i) { return fmt::format("colour{}", i % kPalette.size() + 1); }

int point_of(std::size_t i) {
  constexpr std::array<int, 5> kPoints{kCircle, 5, 9, 13, 11};  // filled: circle, square, triangles, diamond
  return kPoints.at(i / kPalette.size() % kPoints.size());
}

Range round_range(double low, double high, double steps) {
  if (!(high > low)) return {low - 0.5, low + 0.5, 0.5};
  const double rough = (high - low) / steps;
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

double Sheet::height() const {
  double bottom = 0;
  for (const Panel& panel : panels) bottom = std::max(bottom, panel.bottom + (panel.x_label.empty() ? 24 : 44));
  return frame.head() + bottom + frame.foot();
}

std::string gnuplot_script(const Sheet& sheet) {
  const double height = sheet.height();
  std::string script = "set multiplot\nset border 3 lc rgb axis\nset grid lt 1 lc rgb grid lw 0.6\n";
  script += sheet.frame.commands(height);
  for (std::size_t i = 0; i < sheet.panels.size(); ++i) {
    script += "\n" + panel_commands(sheet.panels[i], sheet.frame, height);
    if (i == 0) script += "unset label\nunset arrow\n";
  }
  return script + "unset multiplot\n";
}

std::string data_field(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

std::string data_field(std::string_view name) {
  std::string field(name);
  for (char& c : field) c = static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return field;
}

}  // namespace ersatz::report
