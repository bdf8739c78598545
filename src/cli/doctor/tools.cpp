#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "base/run_program.hpp"
#include "cli/doctor/finding.hpp"
#include "cli/terminal.hpp"

namespace ersatz::cli {
namespace {

constexpr std::chrono::seconds kPatience{10};

Finding examine_gnuplot() {
  const char* const install = "apt-get install gnuplot-nox fonts-dejavu-core";
  const auto place = program_path("gnuplot");
  if (!place) {
    return {FindingLevel::problem, "gnuplot", "is not installed: `ersatz run` does not begin without", install};
  }
  // The two terminals that figures are drawn with.
  const ProgramOutput version = run_program({*place, "--version"}, kPatience);
  const ProgramOutput drawing =
      run_program({*place, "-d", "-e", "set terminal svg; set terminal pngcairo; set terminal svg"}, kPatience);
  const std::string name = version.out.substr(0, version.out.find('\n'));
  if (!version.succeeded() || !drawing.succeeded()) {
    return {FindingLevel::problem, "gnuplot", fmt::format("{} cannot draw SVG and PNG (pngcairo)", *place), install};
  }
  return {FindingLevel::ok, "gnuplot", fmt::format("{}, {}", name, *place), {}};
}

bool has_dejavu() {
  namespace fs = std::filesystem;
  std::vector<fs::path> folders{"/usr/share/fonts", "/usr/local/share/fonts"};
  if (const char* home = std::getenv("HOME")) {
    folders.push_back(fs::path(home) / ".fonts");
    folders.push_back(fs::path(home) / ".local/share/fonts");
  }
  for (const fs::path& folder : folders) {
    std::error_code code;
    for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, code), end;
         !code && at != end; at.increment(code)) {
      if (at->path().filename() == "DejaVuSans.ttf") return true;
    }
  }
  return false;
}

Finding examine_fonts() {
  if (has_dejavu()) return {FindingLevel::ok, "font", "DejaVu Sans", {}};
  return {FindingLevel::note, "font", "DejaVu Sans is not installed: figures have another font, or no text",
          "apt-get install fonts-dejavu-core"};
}

Finding examine_terminal() {
  constexpr std::size_t kNarrow = 80;
  const char* kind = std::getenv("TERM");
  if (!is_terminal(stdout)) {
    return {FindingLevel::ok, "terminal", "output goes elsewhere: plain lines, no colours", {}};
  }
  const std::size_t width = terminal_width(stdout);
  Finding finding{FindingLevel::ok, "terminal", fmt::format("{} with {} columns", kind, width), {}};
  if (width < kNarrow) {
    finding.level = FindingLevel::note;
    finding.advice = fmt::format("tables are up to {} columns wide: a wider window shows them better", kNarrow);
  }
  return finding;
}

}  // namespace

Findings examine_tools() { return {examine_gnuplot(), examine_fonts(), examine_terminal()}; }

}  // namespace ersatz::cli
