#pragma once

#include <string>

namespace ersatz::cli {

/// Keys that are pressed while the program works, without Enter and unseen, when standard input is a terminal and this
/// process in its foreground.
class Keyboard {
 public:
  /// `wanted`: false for a keyboard that is never read.
  explicit Keyboard(bool wanted);
  /// Puts the terminal's modes back.
  ~Keyboard();
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  /// What was typed since the last call; waits for nothing.
  std::string typed();
  bool is_read() const { return wanted_; }

 private:
  bool wanted_;
};

}  // namespace ersatz::cli
