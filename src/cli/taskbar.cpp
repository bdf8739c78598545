#include "cli/taskbar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_state.hpp"

namespace ersatz::cli {
namespace {

enum State { kProgress = 1, kError = 2, kBusy = 3 };

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

bool taskbar_is_wanted() {
  const std::string_view value = variable("ERSATZ_TASKBAR");
  if (value != "" && value != "on" && value != "off") {
    throw Error(fmt::format("ERSATZ_TASKBAR is \"{}\"", value),
                "off shows no progress in the terminal's tab or taskbar entry, on does");
  }
  return value != "off" && variable("TERM") != "linux" && variable("TERM_PROGRAM") != "iTerm.app" &&
         variable("LC_TERMINAL") != "iTerm2";
}

}  // namespace

Taskbar::Taskbar(std::FILE* stream) : stream_(stream), wanted_(is_terminal(stream) && taskbar_is_wanted()) {}

Taskbar::~Taskbar() {
  std::fflush(stream_);
  if (state_ != 0) restore_terminal();
}

void Taskbar::show(double share, bool failed) {
  set(failed ? kError : kProgress, static_cast<int>(100 * std::clamp(share, 0.0, 1.0)));
}

void Taskbar::show_busy() { set(kBusy, 0); }

void Taskbar::set(int state, int percent) {
  if (!wanted_ || stop_requested()) return;
  if (state == state_ && percent == percent_ && taskbar_is_noted()) return;
  state_ = state;
  percent_ = percent;
  note_taskbar(stream_);
  fmt::print(stream_, "\033]9;4;{};{}\033\\", state, percent);
  std::fflush(stream_);
  if (stop_requested()) restore_terminal();  // the signal may have come in between
}

void check_taskbar_setting() { taskbar_is_wanted(); }

}  // namespace ersatz::cli
