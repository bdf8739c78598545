#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace ersatz::cli {

// What `--help` says, as data: man pages and completions are made of it.

/// What may be typed for a value.
enum class ValueKind {
  none,     ///< a flag has no value
  words,    ///< one of `words`
  study,    ///< the name of a study that comes with ersatz, or a file
  number,   ///< nothing that could be offered
  anything  ///< a file, as far as anybody can tell
};

struct OptionInfo {
  std::vector<std::string> names;  ///< "-o", "--out"; empty for what has its place instead
  std::string value;               ///< what stands for the value: "TEXT", "STUDY"; empty for a flag
  std::string description;
  std::string fallback;  ///< the default, where the help has it
  ValueKind kind = ValueKind::anything;
  std::vector<std::string> words;
  std::vector<std::string> needs, excludes;  ///< names of other options
  bool required = false;
  bool repeated = false;  ///< may be given more than once
};

struct CommandInfo {
  std::vector<std::string> path;  ///< below the program: {"data", "info"}
  std::string description;
  std::vector<std::string> notes;     ///< paragraphs of the footer that are no examples
  std::vector<std::string> examples;  ///< command lines
  std::vector<OptionInfo> options, positionals;
  std::vector<CommandInfo> commands;  ///< below this one, without hidden ones

  std::string name() const { return path.empty() ? "" : path.back(); }
  /// The words behind the program's name: "data info".
  std::string words() const;
};

/// The tree of an app with all its commands.
CommandInfo describe(const CLI::App& app);

/// All commands of a tree, each before those below it.
std::vector<const CommandInfo*> all_commands(const CommandInfo& root);

}  // namespace ersatz::cli
