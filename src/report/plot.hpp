#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/figure_frame.hpp"
#include "report/gnuplot.hpp"

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

// Sizes of text in units; gnuplot counts points.
inline constexpr double kTitleSize = 16, kTextSize = 12, kSmallSize = 10;
constexpr double points(double units) { return units * 72 / kUnitsPerInch; }

/// The script's variable of the palette's colour i, going round: "colour1" is the first.
std::string colour_name(std::size_t i);

inline constexpr int kCircle = 7;
/// gnuplot's number of the point that tells series i from the one that has its colour, too.
int point_of(std::size_t i);

struct Range {
  double low = 0, high = 1, step = 0.2;  ///< the distance between tics
};
/// The smallest range with round ends that holds low .. high, in about so many steps.
Range round_range(double low, double high, double steps = 5);

/// What is drawn of a block of a figure's data: rows between two pairs of empty lines. Single empty lines in it end a
/// line and begin the next. Columns count from 1; an empty field is no point.
struct Curve {
  std::size_t block = 0;
  int x = 1, y = 2;
  std::string colour = "ink";  ///< a variable of the script
  bool dotted = false;
  int point = 0;  ///< gnuplot's number of what stands at each point; 0: nothing
  double width = 1.6;
  enum class Band {
    none,
    area,
    bars
  } band = Band::none;    ///< columns low and high, around the line; bars where one point has no area
  int low = 0, high = 0;  ///< columns
  bool level = false;     ///< x does not count: a line through the whole panel at y
  std::string marked;     ///< a condition, such as "$6 == 1": rows that have a larger point
};

/// Axes with curves in them.
struct Panel {
  double left = 0, right = 0, top = 0, bottom = 0;  ///< units, from the left and from below the frame's head
  std::string title, x_label, y_label;
  double title_right = 0;  ///< how far the title may go, where that is not the panel's end
  Range x, y;
  /// Where given, x is logarithmic with tics here only, each with its text.
  std::vector<std::pair<double, std::string>> log_tics = {};
  std::vector<Curve> curves;
};

/// A whole figure of panels.
struct Sheet {
  Frame frame;
  std::vector<Panel> panels;

  double height() const;  ///< units
};
std::string gnuplot_script(const Sheet& sheet);

/// A number as a field of a figure's data: the shortest text that is read as the same; empty where it is none.
std::string data_field(double value);
/// A name as a field, in one line.
std::string data_field(std::string_view name);

}  // namespace ersatz::report
