#pragma once

#include <filesystem>

#include "analysis/results.hpp"

namespace ersatz::analysis {

/// `table` and the finished runs of the study's other budgets with their results, all in plan order. The cells are not
/// made: they would have all budgets together. Runs that are damaged are left out. Throws as read_results() does.
ResultTable with_other_budgets(const std::filesystem::path& out, ResultTable table);

}  // namespace ersatz::analysis
