#pragma once

#include <map>
#include <string>

#include "cli/describe/command_tree.hpp"

namespace ersatz::cli {

/// Manual pages of section 1 by file name: ersatz.1, and one for each command with those below it: ersatz-data.1.
/// `date` is that of the pages, "2026-01-31".
std::map<std::string, std::string> man_pages(const CommandInfo& root, const std::string& version,
                                             const std::string& date);

}  // namespace ersatz::cli
