#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/results.hpp"

namespace ersatz::cli {

/// analysis::read_results(), with a line on stderr for each run that is left out. Throws as that does.
analysis::ResultTable read_table(const std::filesystem::path& out);

/// A line on stderr for each of these sentences.
void warn(const std::vector<std::string>& sentences);

}  // namespace ersatz::cli
