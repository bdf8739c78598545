#include "report/gnuplot.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdlib>

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

// The folder that gnuplot writes into, beside the figures so that they can be renamed from it.
class Workshop {
 public:
  explicit Workshop(const fs::path& folder) : path_(folder / (kPrefix + std::to_string(::getpid()))) {
    std::error_code code;
    remove_abandoned(folder);
    fs::create_directories(path_, code);
    if (code) throw Error(fmt::format("cannot make the folder {}: {}", path_.string(), code.message()));
  }
  ~Workshop() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  fs::path file(std::size_t i, std::string_view extension) const { return path_ / fmt::format("{}{}", i, extension); }

 private:
  // Of processes that were killed while they drew.
  static void remove_abandoned(const fs::path& folder) {
    std::error_code code;
    std::vector<fs::path> abandoned;
    for (const auto& entry : fs::directory_iterator(folder, code)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(kPrefix)) continue;
      const int owner = std::atoi(name.c_str() + kPrefix.size());
      if (owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH) abandoned.push_back(entry.path());
    }
    for (const auto& path : abandoned) fs::remove_all(path, code);
  }

  static inline const std::string kPrefix = ".figures-";
  fs::path path_;
};

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
  if (figures.empty()) return;
  const Workshop workshop(figures.front().path.parent_path());
  std::string script;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const Figure& figure = figures[i];
    script += begin(fmt::format("svg size {},{} font 'DejaVu Sans,13' name '{}'", figure.width, figure.height,
                                identifier(figure.path.filename().string())),
                    workshop.file(i, ".svg"), 1);
    script += figure.script + "\nunset output\n";
    // Twice as many pixels, everything drawn twice as large.
    script += begin(fmt::format("pngcairo size {},{} font 'DejaVu Sans,9.75' fontscale 2 linewidth 2 pointscale 2",
                                2 * figure.width, 2 * figure.height),
                    workshop.file(i, ".png"), kPngFontUnit);
    script += figure.script + "\nunset output\n";
  }
  const std::string messages = run_gnuplot(script);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    for (const char* extension : {".svg", ".png"}) {
      const fs::path made = workshop.file(i, extension);
      fs::path wanted = figures[i].path;
      wanted += extension;
      std::error_code code;
      if (fs::file_size(made, code) == 0 || code) throw not_drawn(wanted, messages);
      if (std::string_view(extension) == ".svg") {
        write_file(wanted, tidy_svg(read_file(made)));
        continue;
      }
      fs::create_directories(wanted.parent_path(), code);
      fs::rename(made, wanted, code);
      if (code) throw Error(fmt::format("cannot write {}: {}", wanted.string(), code.message()));
    }
  }
}

std::string draw_png(const Figure& figure) {
  const Workshop workshop(figure.path.parent_path());
  const fs::path made = workshop.file(0, ".png");
  const std::string messages =
      run_gnuplot(begin(fmt::format("pngcairo size {},{} font 'DejaVu Sans,9.75'", figure.width, figure.height), made,
                        kPngFontUnit) +
                  figure.script + "\nunset output\n");
  std::error_code code;
  if (fs::file_size(made, code) == 0 || code) throw not_drawn(figure.path, messages);
  return read_file(made);
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
