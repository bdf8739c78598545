#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::report {

/// Figures are laid out in this unit: with it, what stands in 7 inches of paper is 840 wide, and text of 12 units has
/// 7.2 points.
inline constexpr double kUnitsPerInch = 120;

/// One picture: an SVG, a PNG of 300 dpi and, where it is asked for, a PDF, all of the same size in inches; and what
/// they are drawn from, a script and its data.
struct Figure {
  std::filesystem::path path;    ///< of the pictures, without extension: ".svg", ".png" and ".pdf" are added
  std::filesystem::path source;  ///< likewise of the script: ".gp" is added
  std::string title;             ///< what it shows, in a line
  double width = 0, height = 0;  ///< units
  /// gnuplot commands that draw it. They read the file `data` and have the sizes and colours of figure_script.cpp:
  /// `text_font` is one of its fonts, `ink` and `colour1` are colours.
  std::string script;
  std::string data_name;  ///< of a file of comma separated values beside the script
  std::string data;       ///< what is in it; empty where the file is there already
  bool pdf = false;
};

/// Writes data and scripts, then draws all figures, many by one gnuplot process; each file appears whole or not at all.
/// Text is DejaVu Sans. Throws Error when gnuplot is missing (naming the Debian package) or rejects a script, and
/// Stopped when a stop was requested meanwhile.
void draw(const std::vector<Figure>& figures);

/// A picture of so many pixels as the bytes of a PNG file, to be drawn further: gnuplot commands, as in a Figure but
/// without data. Nothing stays on the disk; gnuplot writes beside `path` meanwhile. Throws as draw() does.
std::string draw_png(const std::filesystem::path& path, int width, int height, const std::string& script);

/// Throws the Error that draw() would throw when gnuplot is missing: to be known before hours of training.
void require_gnuplot();

/// A gnuplot string literal of `text`, letter for letter (with `set termoption noenhanced`).
std::string gnuplot_text(std::string_view text);
/// The same for the label of a tic, in which gnuplot looks for number formats.
std::string gnuplot_tic(std::string_view text);

}  // namespace ersatz::report
