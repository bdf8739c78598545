#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::report {

/// One picture, written as SVG and as PNG of twice the size.
struct Figure {
  std::filesystem::path path;  ///< without extension; ".svg" and ".png" are added
  int width = 0, height = 0;   ///< pixels of the SVG
  /// gnuplot commands that draw it, its data in datablocks. `font F11` sets 11-pixel text (F6 .. F16).
  std::string script;
};

/// Draws all figures, many by one gnuplot process; each file appears whole or not at all. Text is DejaVu
/// Sans. Throws Error when gnuplot is missing (naming the Debian package) or rejects a script, and
/// Stopped when a stop was requested meanwhile.
void draw(const std::vector<Figure>& figures);

/// One figure as the bytes of a PNG file, pixel for pixel of its size, to be drawn further. Nothing stays on the disk;
/// gnuplot writes beside `figure.path` meanwhile. Throws as draw() does.
std::string draw_png(const Figure& figure);

/// Throws the Error that draw() would throw when gnuplot is missing: to be known before hours of training.
void require_gnuplot();

/// A gnuplot string literal of `text`, letter for letter (with `set termoption noenhanced`).
std::string gnuplot_text(std::string_view text);
/// The same for the label of a tic, in which gnuplot looks for number formats.
std::string gnuplot_tic(std::string_view text);

}  // namespace ersatz::report
