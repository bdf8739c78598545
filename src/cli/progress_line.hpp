#pragma once

#include <cstdio>
#include <optional>
#include <string_view>

#include "cli/taskbar.hpp"

namespace ersatz::cli {

/// A line that tells how far something is, written over again and erased at the end, also of an error. It is shown in
/// the taskbar, too. Nothing where `stream` is no terminal.
class ProgressLine {
 public:
  explicit ProgressLine(std::FILE* stream);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// `share`: 0 to 1, nothing where nobody knows.
  void show(std::string_view text, std::optional<double> share = std::nullopt);

 private:
  std::FILE* stream_;
  bool terminal_, shown_ = false;
  Taskbar taskbar_;
};

}  // namespace ersatz::cli
