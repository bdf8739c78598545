#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/results.hpp"
#include "study/pack.hpp"

namespace ersatz::cli {

/// analysis::read_results(), with a line on stderr for each run that is left out. Throws as that does.
analysis::ResultTable read_table(const std::filesystem::path& out, std::optional<std::int64_t> steps = std::nullopt);

/// Puts on record that `command` shows the results of the table (study/test_looks.hpp): on the test images of
/// `source`, or where it is empty of all.
void note_look(const std::filesystem::path& out, const analysis::ResultTable& table, const std::string& command,
               const std::string& source = {});
/// The same of a folder or pack; a pack is left as it is.
void note_look(const study::FolderOrPack& opened, const analysis::ResultTable& table, const std::string& command,
               const std::string& source = {});

/// The option --steps of a command that shows results: which of a study's budgets.
CLI::Option* add_budget_option(CLI::App& command, std::optional<std::int64_t>& steps);

/// A line on stderr for each of these sentences.
void warn(const std::vector<std::string>& sentences);

}  // namespace ersatz::cli
