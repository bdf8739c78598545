#include "cli/redrawn_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/columns.hpp"
#include "cli/terminal.hpp"

namespace ersatz::cli {
namespace {

bool has(const char* variable) { return std::getenv(variable) != nullptr; }

// Whether the terminal wraps the lines it shows anew when it becomes narrower. xterm, screen and the Linux console cut
// them; most others, and tmux in any of them, wrap.
bool wraps_again() {
  const char* kind = std::getenv("TERM");
  if (has("TMUX")) return true;
  return !has("XTERM_VERSION") && !has("STY") && (kind == nullptr || std::strcmp(kind, "linux") != 0);
}

}  // namespace

std::string RedrawnLines::to_their_beginning() const {
  if (drawn_.empty()) return "";
  const std::size_t width = terminal_width(stream_);
  std::size_t rows = drawn_.size();
  if (wraps_again()) {
    rows = 0;
    for (const std::size_t columns : drawn_) rows += std::max<std::size_t>(1, (columns + width - 1) / width);
  }
  return fmt::format("\033[{}A\r", rows);
}

void RedrawnLines::draw(std::vector<std::string> lines) {
  const std::size_t width = terminal_width(stream_), height = terminal_height(stream_);
  if (lines.size() >= height && height > 2) {
    const std::size_t left_out = lines.size() - (height - 2);
    const auto last = lines.end() - 1;
    lines.erase(last - static_cast<std::ptrdiff_t>(left_out), last);
    lines.insert(lines.end() - 1, fmt::format("  and {} more", left_out));
  }
  std::string frame = to_their_beginning();
  // Lines that have been wrapped again are not overwritten by as many new ones.
  if (std::ranges::any_of(drawn_, [&](std::size_t columns) { return columns > width; })) frame += "\033[J";
  drawn_.clear();
  for (const std::string& line : lines) {
    const std::string cut = shorten_end(line, width - 1);  // in the last column the cursor would wait beside it
    frame += cut + "\033[K\n";
    drawn_.push_back(columns(cut));
  }
  frame += "\033[J";
  fmt::print(stream_, "{}", frame);
  std::fflush(stream_);
}

void RedrawnLines::erase() {
  if (!drawn_.empty()) fmt::print(stream_, "{}\033[J", to_their_beginning());
  drawn_.clear();
}

}  // namespace ersatz::cli
