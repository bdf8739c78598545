#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/child_process.hpp"

namespace ersatz {

/// What a program wrote, and how it ended.
struct ProgramOutput {
  ProcessEnd end;
  std::string out, err;
  bool in_time = true;  ///< false: it was killed

  bool succeeded() const { return in_time && end.succeeded(); }
};

/// Runs a program, which is looked for in PATH, without input, for no longer than `patience`. Throws Error when it
/// cannot be started, Stopped when a stop is requested meanwhile.
ProgramOutput run_program(const std::vector<std::string>& command, std::chrono::milliseconds patience);

/// Where PATH has the program; nothing when it has not.
std::optional<std::string> program_path(std::string_view name);

}  // namespace ersatz
