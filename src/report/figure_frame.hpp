#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ersatz::report {

/// What a curve means.
struct LegendEntry {
  std::string text;
  enum class Kind { solid, dotted, mark } kind = Kind::solid;
  std::string colour = "ink";  ///< a variable of the script
  int point = 0;               ///< gnuplot's number of the point on the line; 0: none
};

/// What stands around the panels of a figure: title, further lines and legend above them, a note below. Each takes as
/// many lines as its width needs. In units (gnuplot.hpp).
struct Frame {
  double width = 0;
  std::string title, subtitle, note;
  std::vector<LegendEntry> legend = {};

  double head() const;  ///< the height of what is above
  double foot() const;
  /// The commands that draw it into a figure of this height, as labels and arrows from tag 100 on.
  std::string commands(double height) const;
};

}  // namespace ersatz::report
