#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"

namespace ersatz::cli {

bool is_terminal(std::FILE* stream) {
  const char* kind = std::getenv("TERM");
  return ::isatty(::fileno(stream)) != 0 && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

std::size_t terminal_width(std::FILE* stream) {
  winsize size{};
  if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
  return 80;
}

std::string plural(std::size_t n, std::string_view word) {
  return fmt::format("{} {}{}", format_count(n), word, n == 1 ? "" : "s");
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string lines;
  std::size_t used = 0;  // columns of the line so far, 0 before its first word
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    const std::size_t columns = word.size();  // the texts here are ASCII
    if (used > 0 && used + 1 + columns > width) {
      lines += '\n';
      used = 0;
    }
    lines += used == 0 ? std::string(indent, ' ') : " ";
    used += (used == 0 ? indent : 1) + columns;
    lines += word;
  }
  return lines.empty() ? lines : lines + '\n';
}

}  // namespace ersatz::cli
