#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/results.hpp"

namespace ersatz::cli {

/// analysis::read_results(), with a line on stderr for each run that is left out. Throws as that does.
analysis::ResultTable read_table(const std::filesystem::path& out, std::optional<std::int64_t> steps = std::nullopt);

/// The option --steps of a command that shows results: which of a study's budgets.
CLI::Option* add_budget_option(CLI::App& command, std::optional<std::int64_t>& steps);

/// A line on stderr for each of these sentences.
void warn(const std::vector<std::string>& sentences);

}  // namespace ersatz::cli
