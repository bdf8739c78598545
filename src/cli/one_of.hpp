#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace ersatz::cli {

/// A check for options that take one of these words. Another one is an Error that names the nearest.
CLI::Validator one_of(std::vector<std::string> words);

}  // namespace ersatz::cli
