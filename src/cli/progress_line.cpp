#include "cli/progress_line.hpp"

#include <fmt/format.h>

#include "base/columns.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_state.hpp"

namespace ersatz::cli {

ProgressLine::ProgressLine(std::FILE* stream) : stream_(stream), terminal_(is_terminal(stream)), taskbar_(stream) {}

ProgressLine::~ProgressLine() {
  if (!shown_ || in_background(stream_)) return;
  fmt::print(stream_, "\r\033[K");
  std::fflush(stream_);
}

void ProgressLine::show(std::string_view text, std::optional<double> share) {
  if (!terminal_ || in_background(stream_)) return;
  share ? taskbar_.show(*share) : taskbar_.show_busy();
  fmt::print(stream_, "\r\033[K{}", shorten_end(text, terminal_width(stream_) - 1));
  std::fflush(stream_);
  shown_ = true;
}

}  // namespace ersatz::cli
