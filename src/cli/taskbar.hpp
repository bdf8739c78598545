#pragma once

#include <cstdio>
#include <string_view>

namespace ersatz::cli {

/// Progress in the tab, title or taskbar entry of terminals that can show it, by ConEmu's sequence OSC 9;4: Windows
/// Terminal, Ghostty, Konsole, WezTerm and others. Others ignore it. Nothing where `stream` is no terminal, on the
/// Linux console, in iTerm2, which takes it for a message to show, and with ERSATZ_TASKBAR=off. Cleared by the
/// destructor, and by restore_terminal().
class Taskbar {
 public:
  explicit Taskbar(std::FILE* stream);
  ~Taskbar();
  Taskbar(const Taskbar&) = delete;
  Taskbar& operator=(const Taskbar&) = delete;

  /// `share`: 0 to 1. `failed` shows it as an error.
  void show(double share, bool failed = false);
  /// At work, nobody knows for how long.
  void show_busy();

 private:
  void set(int state, int percent);

  std::FILE* stream_;
  bool wanted_;
  int state_ = 0, percent_ = 0;
};

inline constexpr std::string_view kClearTaskbar = "\033]9;4;0;0\033\\";

/// Throws Error when the environment variable ERSATZ_TASKBAR has another value than "off", "on" or nothing.
void check_taskbar_setting();

}  // namespace ersatz::cli
