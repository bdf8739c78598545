#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace ersatz::cli {

/// A check for the option `name`, which takes one of these words. Another one is an Error that names the nearest.
CLI::Validator one_of(std::string name, std::vector<std::string> words);

}  // namespace ersatz::cli
