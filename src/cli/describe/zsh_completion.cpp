#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/describe/completion.hpp"

namespace ersatz::cli {
namespace {

// `text` in single quotes, with a backslash before what _arguments and _describe would take for their own.
std::string zsh_quoted(std::string_view text, std::string_view special) {
  std::string quoted;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) quoted += '\\';
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return quoted;
}

std::string zsh_function(const CommandInfo& command) {
  std::string name = "_ersatz";
  for (const std::string& word : command.path) name += "_" + word;
  return name;
}

// What completes a value.
std::string zsh_value(const OptionInfo& option) {
  switch (option.kind) {
    case ValueKind::words: {
      std::vector<std::string> words;
      for (const std::string& word : option.words) words.push_back(zsh_quoted(word, ":\\ ()"));
      return fmt::format("({})", fmt::join(words, " "));
    }
    case ValueKind::study: return "_ersatz_studies";
    case ValueKind::number:
    case ValueKind::none: return " ";
    case ValueKind::anything: break;
  }
  return "_files";
}

std::string zsh_option(const OptionInfo& option) {
  const bool flag = option.kind == ValueKind::none;
  std::vector<std::string> names;
  for (const std::string& name : option.names) {
    names.push_back(name + (flag ? "" : name.starts_with("--") ? "=" : "+"));
  }
  const std::string exclusion = option.repeated ? "'*'" : fmt::format("'({})'", fmt::join(option.names, " "));
  const std::string all = names.size() == 1 ? names.front() : fmt::format("{{{}}}", fmt::join(names, ","));
  std::string text = fmt::format("{}{}'[{}]", exclusion, all, zsh_quoted(option.description, "[]:\\"));
  if (!flag) text += fmt::format(":{}:{}", zsh_quoted(option.value, ":\\"), zsh_value(option));
  return text + "'";
}

std::string zsh_command(const CommandInfo& command) {
  std::string text = zsh_function(command) + "() {\n";
  const bool group = !command.commands.empty();
  if (group) {
    text += "  local curcontext=$curcontext state line\n  local -a commands=(\n";
    for (const CommandInfo& inner : command.commands) {
      text += fmt::format("    '{}:{}'\n", inner.name(), zsh_quoted(inner.description, ":\\"));
    }
    text += "  )\n";
  }
  text += group ? "  _arguments -C -s" : "  _arguments -s";
  for (const OptionInfo& option : command.options) text += " \\\n    " + zsh_option(option);
  for (const OptionInfo& positional : command.positionals) {
    text +=
        fmt::format(" \\\n    '{}{}:{}'", positional.repeated ? "*:" : ":", positional.value, zsh_value(positional));
  }
  if (!group) return text + "\n}\n\n";
  text += " \\\n    ':command:->command' \\\n    '*::argument:->arguments'\n";
  text += "  case $state in\n    command) _describe -t commands command commands ;;\n    arguments)\n";
  text += "      curcontext=\"${curcontext%:*:*}:ersatz-$line[1]:\"\n      case $line[1] in\n";
  for (const CommandInfo& inner : command.commands) {
    text += fmt::format("        {}) {} ;;\n", inner.name(), zsh_function(inner));
  }
  return text + "      esac ;;\n  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const CommandInfo& root) {
  std::string script =
      "#compdef ersatz\n# zsh completion for ersatz, written by `ersatz completion zsh`.\n\n"
      "_ersatz_studies() {\n"
      "  local -a names=(${(f)\"$(ersatz study list --names 2> /dev/null)\"})\n"
      "  _alternative 'studies:study:compadd -a names' 'files:file:_files -g \"*.toml\"'\n"
      "}\n\n";
  for (const CommandInfo* command : all_commands(root)) script += zsh_command(*command);
  // Loaded from fpath the file is the function; sourced, it says what the function is for.
  return script + "if [ \"$funcstack[1]\" = _ersatz ]; then\n  _ersatz \"$@\"\nelse\n  compdef _ersatz ersatz\nfi\n";
}

}  // namespace ersatz::cli
