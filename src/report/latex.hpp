#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/text_table.hpp"

namespace ersatz::report {

/// `text` as LaTeX sets it, letter for letter.
std::string latex_text(std::string_view text);

/// A tabular of the package booktabs.
std::string latex_tabular(const TextTable& table);

/// A table with a caption and a label, to be taken into a paper with \\input. Says in comments what it needs.
std::string latex_table(const TextTable& table, const std::vector<std::string>& caption, std::string_view label);

}  // namespace ersatz::report
