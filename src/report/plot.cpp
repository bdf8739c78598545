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

std::string axis_commands(std::string_view axis, const Range& range, double first_tic) {
  return fmt::format(
      "set {0}range [{1}:{2}]\nset {0}tics {3},{4} nomirror out scale 0.5 font text_font tc rgb ink\n"
      "set format {0} '%.{5}f'\n",
      axis, range.low, range.high, first_tic, range.step, decimals(range.step));
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
      "set logscale x\nset xrange [{}:{}]\nset xtics ({}) nomirror out scale 0.5 font text_font tc rgb ink\n",
      panel.x.low, panel.x.high, tics);
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

double tics_width(const Range& range) {
  const auto width = [&](double tic) {
    return kTextSize * text_ems(fmt::format("{:.{}f}", tic, decimals(range.step)));
  };
  return std::max(width(range.low), width(range.high));
}

// Where the words stand does not depend on the format, as it would with gnuplot's own labels of axes.
std::string panel_words(const Panel& panel, double width, double height, double head) {
  constexpr double kBelow = 38, kAbove = 14,
                   kBeside = 20;  // kBeside: from the middle of the label to the tics' numbers
  const double middle_x = (panel.left + panel.right) / 2, middle_y = head + (panel.top + panel.bottom) / 2;
  const auto label = [&](int tag, const std::string& text, double x, double y, const char* side) {
    return fmt::format("set label {} {} at screen {:.5f},{:.5f} {} font text_font tc rgb ink\n", tag,
                       gnuplot_text(text), x / width, 1 - y / height, side);
  };
  const double room = panel.title_right > 0 ? panel.title_right - panel.left : panel.right - panel.left;
  return label(1, fit_text(panel.title, room / kTextSize), panel.left, head + panel.top - kAbove, "left") +
         label(2, panel.x_label, middle_x, head + panel.bottom + kBelow, "center") +
         label(3, panel.y_label, panel.left - kBeside - tics_width(panel.y), middle_y, "center rotate by 90");
}

std::string panel_commands(const Panel& panel, const Frame& frame, double height) {
  const double head = frame.head();
  std::string commands = fmt::format("set margins at screen {:.5f}, screen {:.5f}, screen {:.5f}, screen {:.5f}\n",
                                     panel.left / frame.width, panel.right / frame.width,
                                     1 - (head + panel.bottom) / height, 1 - (head + panel.top) / height);
  commands += panel_words(panel, frame.width, height, head);
  commands += panel.log_tics.empty() ? axis_commands("x", panel.x, std::ceil(panel.x.low / panel.x.step) * panel.x.step)
                                     : log_axis_commands(panel);
  return commands + axis_commands("y", panel.y, panel.y.low) + plot_command(panel) + "unset label\n";
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
  constexpr double kWords = 50;  // tics and the axis's label
  double bottom = 0;
  for (const Panel& panel : panels) bottom = std::max(bottom, panel.bottom + kWords);
  return frame.head() + bottom + frame.foot();
}

std::string gnuplot_script(const Sheet& sheet) {
  const double height = sheet.height();
  std::string script = "set multiplot\nset border 3 lc rgb axis\nset grid lt 1 lc rgb grid lw 0.6\n";
  script += sheet.frame.commands(height);
  for (std::size_t i = 0; i < sheet.panels.size(); ++i) {
    script += "\n" + panel_commands(sheet.panels[i], sheet.frame, height);
    if (i == 0) script += "unset arrow\n";
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
