#pragma once

#include <string>

#include "cli/describe/command_tree.hpp"

namespace ersatz::cli {

// Scripts that complete command lines of ersatz: commands, options, values that are one of a few, names of studies
// (which the script asks `ersatz study list --names` for), and files elsewhere.

/// To be sourced by bash, or loaded by its package bash-completion, which is not needed.
std::string bash_completion(const CommandInfo& root);
/// The file _ersatz of a folder in zsh's fpath.
std::string zsh_completion(const CommandInfo& root);
std::string fish_completion(const CommandInfo& root);

}  // namespace ersatz::cli
