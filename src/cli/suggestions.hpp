#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/error.hpp"

namespace ersatz::cli {

/// The Error of a command line that could not be parsed, `problem` as CLI11 puts it. Its hint is the command or option
/// that was probably meant, else where to read.
Error parse_error(const CLI::App& app, int argc, char** argv, const std::string& problem);

}  // namespace ersatz::cli
