#include "report/figure_script.hpp"

#include <fmt/format.h>

#include <cctype>

#include "base/text.hpp"
#include "report/missing_glyphs.hpp"
#include "report/plot.hpp"

namespace ersatz::report {
namespace {

// A comment's last character must not be a backslash: gnuplot would go on in the next line.
std::string comment(std::string_view text) {
  std::string line = "# ";
  for (const char c : text) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return line + " .";
}

std::string settings(const Figure& figure) {
  std::string text = fmt::format(
      "width = {:.3f}        # inches\n"
      "height = {:.3f}\n"
      "font = 'DejaVu Sans'\n"
      "title_size = {}       # points\n"
      "text_size = {}\n"
      "small_size = {}\n"
      "line_size = 1.0      # of all lines and points; 1: as they were\n"
      "ink = '{}'      # text\n"
      "faint = '{}'    # small print\n"
      "axis = '{}'\n"
      "grid = '{}'\n",
      figure.width / kUnitsPerInch, figure.height / kUnitsPerInch, points(kTitleSize), points(kTextSize),
      points(kSmallSize), kInk, kFaint, kAxis, kGrid);
  for (std::size_t i = 0; i < kPalette.size(); ++i) text += fmt::format("colour{} = '{}'\n", i + 1, kPalette[i]);
  return text;
}

// Sizes that look the same in all formats. cairo's terminals count text in points of 1/96 inch, their lines are thinner
// and their dashes shorter than those of SVG.
constexpr std::string_view kTerminals = R"(
set encoding utf8
if (format ne 'svg' && format ne 'png' && format ne 'pdf') exit error "format is svg, png or pdf"
if (format eq 'svg') {
  set terminal svg size int(96 * width + .5), int(96 * height + .5) name name background rgb 'white' \
    font font.', Verdana, Helvetica, sans-serif,'.sprintf('%g', text_size * 4 / 3) linewidth line_size
  unit = 4 / 3.
  dot = 0.8 * line_size
}
if (format eq 'png') {
  set terminal pngcairo size int(300 * width + .5), int(300 * height + .5) background rgb 'white' \
    font font.','.sprintf('%g', text_size) fontscale 3.125 linewidth 3.125 * line_size \
    pointscale 3.125 dashlength 2
  unit = 1
  dot = line_size
}
if (format eq 'pdf') {
  set terminal pdfcairo size width, height background rgb 'white' \
    font font.','.sprintf('%g', text_size) fontscale .75 linewidth 1.5 * line_size pointscale .75 dashlength 2
  unit = 1
  dot = line_size
}
size(points) = sprintf(',%g', points * unit)
title_font = size(title_size)
text_font = size(text_size)
small_font = size(small_size)
set termoption noenhanced
set datafile separator ','
unset key
)";

// What gnuplot takes as an SVG's name.
std::string identifier(std::string text) {
  for (char& c : text) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return text;
}

std::string name_of(const Figure& figure) { return figure.path.filename().string(); }

std::string body(const Figure& figure) {
  return fmt::format("name = '{}'\n", identifier(name_of(figure))) + settings(figure) + std::string(kTerminals) +
         "set output output\n\n" + figure.script + "\nset output\n";
}

}  // namespace

std::string script_of_its_own(const Figure& figure) {
  const std::string name = name_of(figure);
  std::string head =
      comment(figure.title) + "\n#\n" +
      comment(fmt::format("  gnuplot {0}.gp    draws {0}.svg from {1}", name, figure.data_name)) + "\n" +
      comment(fmt::format("  gnuplot -e \"format='pdf'\" {0}.gp    draws {0}.pdf; 'png': of 300 dpi", name)) +
      "\n#\n# `ersatz run` and `ersatz report` write this file anew: change a copy of it.\n";
  if (const auto missing = missing_characters(figure.script); !missing.empty()) {
    head += fmt::format("# PNG and PDF need a font with the characters {} (fonts-noto-cjk, for example).\n",
                        join_words(missing, " "));
  }
  return head + "\nif (!exists('format')) format = 'svg'\n" +
         fmt::format("output = {}.'.'.format\ndata = {}\n", gnuplot_text(name), gnuplot_text(figure.data_name)) +
         body(figure);
}

std::string script_for(const Figure& figure, std::string_view format, const std::filesystem::path& output) {
  const auto data = figure.source.parent_path() / figure.data_name;
  const std::string paths = fmt::format("format = '{}'\noutput = {}\ndata = {}\n", format,
                                        gnuplot_text(output.string()), gnuplot_text(data.string()));
  return "reset\n" + paths + (format == "svg" ? body(figure) : drawable(body(figure)));
}

std::string pixel_terminal(int width, int height, const std::filesystem::path& output) {
  return fmt::format(
      "reset\nset encoding utf8\nset terminal pngcairo size {},{} font 'DejaVu Sans,9.75' background rgb 'white'\n"
      "set output {}\nset termoption noenhanced\nsize(pixels) = sprintf(',%g', 0.75 * pixels)\nink = '{}'\n",
      width, height, gnuplot_text(output.string()), kInk);
}

}  // namespace ersatz::report
