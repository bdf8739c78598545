#include "report/gnuplot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/child_process.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/run_program.hpp"
#include "base/stop.hpp"
#include "report/figure_script.hpp"
#include "report/missing_glyphs.hpp"

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
  if (messages.find("unknown or ambiguous terminal type") != std::string::npos) {
    throw Error("this gnuplot has no cairo, with which PNG and PDF files are drawn", "apt-get install gnuplot-nox");
  }
  throw Error(fmt::format("gnuplot failed: {}", messages.substr(0, 1000)));
}

// Pointing at a curve does not show the gnuplot command that drew it. Groups without content are left out: their
// colours depend on what gnuplot drew before.
std::string tidy_svg(std::string svg) {
  const std::string_view end = "</title>";
  std::size_t at = svg.find(end);  // the first title is the figure's own
  while (at != std::string::npos && (at = svg.find("<title>", at)) != std::string::npos) {
    svg.erase(at, svg.find(end, at) + end.size() - at);
  }
  const std::string_view empty = ">\n</g>\n";
  std::string tidy;
  std::size_t begin = 0;
  while ((at = svg.find(empty, begin)) != std::string::npos) {
    tidy.append(svg, begin, at - begin);
    begin = at + empty.size();
    if (const std::size_t tag = tidy.rfind('<'); tag != std::string::npos && tidy.compare(tag, 3, "<g ") == 0) {
      tidy.erase(tag);
    } else {
      tidy += empty;
    }
  }
  return tidy.append(svg, begin);
}

// The chunk pHYs, 11811 dots a metre: so programs show the picture in the size of 300 dots an inch. It stands behind
// the header, whose length is fixed. (PNG, W3C 2003, 11.3.5.3)
std::string with_resolution(std::string png) {
  constexpr std::size_t kHeaderEnd = 33;
  constexpr std::string_view kResolution("\0\0\0\x09pHYs\0\0\x2e\x23\0\0\x2e\x23\x01\x78\xa5\x3f\x76", 21);
  return png.insert(std::min(png.size(), kHeaderEnd), kResolution);
}

// The same figure has the same bytes tomorrow: spaces in place of the time keep all offsets in the file.
std::string without_date(std::string pdf) {
  const std::string_view key = "/CreationDate (";
  const std::size_t at = pdf.rfind(key), end = pdf.find(')', at);
  if (at != std::string::npos && end != std::string::npos) pdf.replace(at, end + 1 - at, end + 1 - at, ' ');
  return pdf;
}

struct Format {
  std::string_view name;
  std::string (*finish)(std::string bytes);
};
constexpr Format kSvg{"svg", tidy_svg}, kPng{"png", with_resolution}, kPdf{"pdf", without_date};

fs::path with_extension(fs::path path, std::string_view extension) {
  path += ".";
  return path += extension;
}

void require_drawn(const AtomicFile& made, const fs::path& path, const std::string& messages) {
  std::error_code code;
  if (fs::file_size(made.temporary_path(), code) > 0 && !code) return;
  throw Error(fmt::format("gnuplot did not draw {}: {}", path.string(), messages.substr(0, 1000)));
}

/// A file that gnuplot writes in place under its temporary name.
struct Drawing {
  Drawing(const Figure& drawn, Format as)
      : figure(drawn), format(as), path(with_extension(drawn.path, as.name)), file(path) {}

  std::string script() const { return script_for(figure, format.name, file.temporary_path()); }

  void commit(const std::string& messages) const {
    require_drawn(file, path, messages);
    write_file(path, format.finish(read_file(file.temporary_path())));
  }

  const Figure& figure;
  Format format;
  fs::path path;
  AtomicFile file;
};

constexpr std::size_t kAtATime = 100;  // figures of one gnuplot: each holds up to three files open

}  // namespace

void require_gnuplot() {
  if (!program_path("gnuplot")) throw missing_gnuplot();
}

void draw(const std::vector<Figure>& figures) {
  if (!figures.empty()) require_gnuplot();
  for (const Figure& figure : figures) {
    make_folder(figure.path.parent_path());
    if (!figure.data.empty()) write_file(figure.source.parent_path() / figure.data_name, figure.data);
    write_file(with_extension(figure.source, "gp"), script_of_its_own(figure));
  }
  for (std::size_t first = 0; first < figures.size(); first += kAtATime) {
    std::deque<Drawing> drawings;
    std::string script;
    for (std::size_t i = first; i < std::min(figures.size(), first + kAtATime); ++i) {
      script += drawings.emplace_back(figures[i], kSvg).script();
      script += drawings.emplace_back(figures[i], kPng).script();
      if (figures[i].pdf) script += drawings.emplace_back(figures[i], kPdf).script();
    }
    const std::string messages = run_gnuplot(script);
    for (const Drawing& drawing : drawings) drawing.commit(messages);
  }
}

std::string draw_png(const fs::path& path, int width, int height, const std::string& script) {
  const AtomicFile made(with_extension(path, "png"));
  const std::string messages =
      run_gnuplot(pixel_terminal(width, height, made.temporary_path()) + drawable(script) + "\nset output\n");
  require_drawn(made, path, messages);
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
