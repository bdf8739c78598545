#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace ersatz::cli {

/// A hint for a command line that could not be parsed: the command or option that was probably meant, else where to
/// read.
std::string parse_hint(const CLI::App& app, int argc, char** argv);

}  // namespace ersatz::cli
