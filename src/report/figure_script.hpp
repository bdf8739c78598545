#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "report/gnuplot.hpp"

namespace ersatz::report {

/// The file that draws a figure again with gnuplot alone: sizes, font and colours at its top, then what it draws.
std::string script_of_its_own(const Figure& figure);

/// The same commands, drawing `output` as `format`: "svg", "png" or "pdf". What no font has is written as numbers
/// (missing_glyphs.hpp), except in an SVG, whose reader has fonts of their own.
std::string script_for(const Figure& figure, std::string_view format, const std::filesystem::path& output);

/// Commands for a PNG of so many pixels: what draw_png() begins with. `font size(p)` is text of p pixels.
std::string pixel_terminal(int width, int height, const std::filesystem::path& output);

}  // namespace ersatz::report
