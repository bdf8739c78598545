#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ersatz::report {

/// What figures look like: one palette, one place for each text.
/// The page gives each of these colours a light and a dark value (page/html.cpp).
inline constexpr std::string_view kInk = "#333333";
inline constexpr std::string_view kFaint = "#6b6b6b";
inline constexpr std::string_view kAxis = "#b0b0b0";
inline constexpr std::string_view kGrid = "#ececec";

/// Colours that are told apart by colour-blind readers, too, darkened where white paper needs it: blue, vermilion,
/// bluish green, orange, reddish purple, sky blue (M. Okabe and K. Ito, "Color universal design", 2008).
inline constexpr std::array<std::string_view, 6> kPalette{"#0072b2", "#d55e00", "#007a5a",
                                                          "#a06a00", "#a8558a", "#2f86b8"};

/// The palette's colour i, going round.
std::string_view palette_colour(std::size_t i);

struct Range {
  double low = 0, high = 1, step = 0.2;  ///< the distance between tics
};
/// The smallest range with round ends that holds low .. high, in about five steps.
Range round_range(double low, double high);

/// One curve: a row of points in a datablock.
struct Curve {
  std::vector<double> x, y;  ///< points that are no finite numbers are left out
  std::string_view colour;
  bool dotted = false;
  double width = 2;
  std::vector<double> low = {}, high = {};  ///< a band around it, where given; as long as y
  bool points = false;                      ///< with a dot at each point
};
/// A point that is marked: the epoch whose weights are kept.
struct Mark {
  double x = 0, y = 0;
  std::string_view colour;
};

/// Axes with curves in them. The rectangle is in fractions of the figure from its lower left corner.
struct Panel {
  double left = 0, right = 1, bottom = 0, top = 1;
  std::string title, x_label, y_label;
  Range x, y;
  /// Where given, x is logarithmic with tics here only, each with its text.
  std::vector<std::pair<double, std::string>> log_tics = {};
  std::vector<Curve> curves;
  std::vector<Mark> marks;
};

/// What the curves mean, shown once at the top right.
struct LegendEntry {
  std::string text;
  enum class Kind { solid, dotted, mark } kind = Kind::solid;
  std::string_view colour = kInk;
};

/// A whole figure of panels: the title at the top left, the legend at the top right, and a small
/// note at the bottom left.
struct Sheet {
  int width = 0, height = 0;  ///< pixels
  std::string title, note;
  std::vector<LegendEntry> legend;
  std::vector<Panel> panels;
  int legend_line = 0;  ///< 0: beside the title, 1: below it
};
std::string gnuplot_script(const Sheet& sheet);

/// The commands that place the title and the note of a figure of this height.
std::string title_and_note(std::string_view title, std::string_view note, int width, int height);

}  // namespace ersatz::report
