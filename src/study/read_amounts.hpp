#pragma once

#include <string>
#include <utility>
#include <vector>

#include "study/amount.hpp"
#include "study/toml_section.hpp"

namespace ersatz::study {

/// Sources and the amounts of each, one or a list; in the order of the file.
using Choices = std::vector<std::pair<std::string, std::vector<Amount>>>;

/// A table like { REAL = [500, "all"], FAKE = 0.5 }. Throws Error "FILE:LINE: KEY: problem".
Choices read_choices(const TomlSection& sources);

/// The amount of one source of such a table, or the several of its list.
std::vector<Amount> read_amounts(const TomlSection& section, const std::string& source);

/// Whether it is no image at all, which is written as the count 0.
bool is_nothing(const Amount& amount);

/// "all", 5000 or 0.5.
std::string amount_text(const Amount& amount);

}  // namespace ersatz::study
