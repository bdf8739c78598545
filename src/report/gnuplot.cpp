#include "report/gnuplot.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <deque>

#include "base/child_process.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/stop.hpp"

namespace ersatz::report {
namespace fs = std::filesystem;
namespace {

Error missing_gnuplot() {
  return Error("gnuplot is not installed: figures cannot be drawn", "apt-get install gnuplot-nox fonts-dejavu-core");
}

// Runs gnuplot on `script`; returns what it printed, which is nothing when all is well.
std::string run_gnuplot(const std::string& script) {
  require_gnuplot();
  // -d: the user's own .gnuplot is not read. "-": commands come from standard input.
  ChildProcess gnuplot({"gnuplot", "-d", "-"});
  std::string messages = gnuplot.exchange(script);
  const ProcessEnd end = gnuplot.wait();
  if (end.succeeded()) return messages;
  if (stop_requested()) throw Stopped();  // Ctrl-C reaches gnuplot too
  if (end.signal != 0) throw Error("gnuplot " + end.text());
  throw Error(fmt::format("gnuplot failed: {}", messages.substr(0, 1000)));
}

// Readers without DejaVu Sans get another sans-serif font, and pointing at a curve does not show
// the gnuplot command that drew it.
std::string tidy_svg(std::string svg) {
  const std::string_view font = "font-family=\"DejaVu Sans\"";
  const std::string_view fonts = "font-family=\"DejaVu Sans, Verdana, Helvetica, sans-serif\"";
  for (std::size_t at = 0; (at = svg.find(font, at)) != std::string::npos; at += fonts.size()) {
    svg.replace(at, font.size(), fonts);
  }
  const std::string_view end = "</title>";
  std::size_t at = svg.find(end);  // the first title is the figure's own
  while (at != std::string::npos && (at = svg.find("<title>", at)) != std::string::npos) {
    svg.erase(at, svg.find(end, at) + end.size() - at);
  }
  return svg;
}

// What gnuplot takes as an SVG's name.
std::string identifier(std::string text) {
  for (char& c : text) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return text;
}

// What comes before a figure's own commands. The SVG counts font sizes in pixels, pngcairo in points of 4/3 pixel.
std::string begin(std::string_view terminal, const fs::path& output, double font_unit) {
  std::string script = fmt::format("reset\nset terminal {} background rgb 'white'\nset output {}\n", terminal,
                                   gnuplot_text(output.string()));
  for (int pixels = 6; pixels <= 16; ++pixels) script += fmt::format("F{} = ',{}'\n", pixels, pixels * font_unit);
  return script + "set termoption noenhanced\n";
}

constexpr double kPngFontUnit = 0.75;

Error not_drawn(const fs::path& path, const std::string& messages) {
  return Error(fmt::format("gnuplot did not draw {}: {}", path.string(), messages.substr(0, 1000)));
}

void require_drawn(const AtomicFile& made, const fs::path& path, const std::string& messages) {
  std::error_code code;
  if (fs::file_size(made.temporary_path(), code) == 0 || code) throw not_drawn(path, messages);
}

fs::path with_extension(fs::path path, std::string_view extension) { return path += extension; }

/// A figure whose files gnuplot writes in place under their temporary names.
struct Canvas {
  explicit Canvas(const Figure& drawn)
      : figure(drawn), svg(with_extension(drawn.path, ".svg")), png(with_extension(drawn.path, ".png")) {}

  std::string script() const {
    std::string text = begin(fmt::format("svg size {},{} font 'DejaVu Sans,13' name '{}'", figure.width, figure.height,
                                         identifier(figure.path.filename().string())),
                             svg.temporary_path(), 1);
    text += figure.script + "\nunset output\n";
    // Twice as many pixels, everything drawn twice as large.
    text += begin(fmt::format("pngcairo size {},{} font 'DejaVu Sans,9.75' fontscale 2 linewidth 2 pointscale 2",
                              2 * figure.width, 2 * figure.height),
                  png.temporary_path(), kPngFontUnit);
    return text + figure.script + "\nunset output\n";
  }

  void commit(const std::string& messages) {
    const fs::path svg_path = with_extension(figure.path, ".svg");
    require_drawn(svg, svg_path, messages);
    require_drawn(png, with_extension(figure.path, ".png"), messages);
    write_file(svg_path, tidy_svg(read_file(svg.temporary_path())));
    png.commit();
  }

  const Figure& figure;
  AtomicFile svg, png;
};

constexpr std::size_t kAtATime = 100;  // figures of one gnuplot: each holds two files open

}  // namespace

void require_gnuplot() {
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (true) {
    const std::size_t end = folders.find(':');
    const fs::path program = fs::path(folders.substr(0, end)) / "gnuplot";
    if (::access(program.c_str(), X_OK) == 0) return;
    if (end == std::string_view::npos) throw missing_gnuplot();
    folders.remove_prefix(end + 1);
  }
}

void draw(const std::vector<Figure>& figures) {
  for (std::size_t first = 0; first < figures.size(); first += kAtATime) {
    std::deque<Canvas> canvases;
    std::string script;
    for (std::size_t i = first; i < std::min(figures.size(), first + kAtATime); ++i) {
      script += canvases.emplace_back(figures[i]).script();
    }
    const std::string messages = run_gnuplot(script);
    for (Canvas& canvas : canvases) canvas.commit(messages);
  }
}

std::string draw_png(const Figure& figure) {
  const AtomicFile made(with_extension(figure.path, ".png"));
  const std::string messages =
      run_gnuplot(begin(fmt::format("pngcairo size {},{} font 'DejaVu Sans,9.75'", figure.width, figure.height),
                        made.temporary_path(), kPngFontUnit) +
                  figure.script + "\nunset output\n");
  require_drawn(made, figure.path, messages);
  return read_file(made.temporary_path());
}

std::string gnuplot_text(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) {
    if (c == '\'') literal += '\'';
    literal += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return literal + "'";
}

std::string gnuplot_tic(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '%' ? "%%" : std::string(1, c);
  return gnuplot_text(escaped);
}

}  // namespace ersatz::report
