#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "cli/describe/completion.hpp"

namespace ersatz::cli {
namespace {

// A `case` with an arm for each body, in which all patterns stand that have it.
class BashCase {
 public:
  void add(const std::string& pattern, const std::string& body) { arms_[body].push_back("'" + pattern + "'"); }
  std::string text(std::string_view of) const {
    std::string text = fmt::format("  case \"{}\" in\n", of);
    for (const auto& [body, patterns] : arms_) text += fmt::format("    {}) {} ;;\n", fmt::join(patterns, " | "), body);
    return text + "  esac\n";
  }

 private:
  std::map<std::string, std::vector<std::string>> arms_;
};

std::string bash_value(const OptionInfo& option) {
  switch (option.kind) {
    case ValueKind::words: return fmt::format("_ersatz_words '{}'", fmt::join(option.words, " "));
    case ValueKind::study: return "_ersatz_studies";
    case ValueKind::number:
    case ValueKind::none: return ":";
    case ValueKind::anything: break;
  }
  return "_ersatz_files";
}

constexpr std::string_view kBashHelpers = R"sh(# bash completion for ersatz, written by `ersatz completion bash`.

_ersatz_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word"); }

_ersatz_files() {
  compopt -o filenames 2> /dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

_ersatz_studies() {
  local names
  names=$("${COMP_WORDS[0]}" study list --names 2> /dev/null)
  compopt -o filenames 2> /dev/null
  mapfile -t COMPREPLY < <(compgen -W "$names" -- "$word"; compgen -d -- "$word"; compgen -f -X '!*.toml' -- "$word")
}

_ersatz() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command= i
  COMPREPLY=()
  # Of --option=value bash makes three words, as it does of NAME=value, which an option may stand before.
  if [ "$word" = "=" ]; then
    word=
    [[ $before == -* ]] || before=${COMP_WORDS[COMP_CWORD - 2]}
  elif [ "$before" = "=" ] && [ "$COMP_CWORD" -gt 2 ]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
    [[ $before == -* ]] || before=${COMP_WORDS[COMP_CWORD - 3]}
  fi
)sh";

}  // namespace

std::string bash_completion(const CommandInfo& root) {
  BashCase walk, values, options, rest;
  for (const CommandInfo* command : all_commands(root)) {
    const std::string words = command->words();
    for (const CommandInfo& inner : command->commands) {
      walk.add(words + " " + inner.name(), R"(command="${command:+$command }${COMP_WORDS[i]}")");
    }
    std::vector<std::string> names;
    for (const OptionInfo& option : command->options) {
      names.insert(names.end(), option.names.begin(), option.names.end());
      if (option.kind == ValueKind::none) continue;
      for (const std::string& name : option.names) values.add(words + " " + name, bash_value(option) + "; return");
    }
    options.add(words, fmt::format("_ersatz_words '{}'", fmt::join(names, " ")));
    std::vector<std::string> below;
    for (const CommandInfo& inner : command->commands) below.push_back(inner.name());
    if (!below.empty()) {
      rest.add(words, fmt::format("_ersatz_words '{}'", fmt::join(below, " ")));
    } else if (!command->positionals.empty()) {
      rest.add(words, bash_value(command->positionals.front()));
    }
  }
  std::string script(kBashHelpers);
  script += "  for ((i = 1; i < COMP_CWORD; i++)); do\n" + walk.text("$command ${COMP_WORDS[i]}") + "  done\n";
  script += values.text("$command $before");
  script += "  if [[ $word == -* ]]; then\n" + options.text("$command") + "  else\n" + rest.text("$command") + "  fi\n";
  return script + "}\n\ncomplete -F _ersatz ersatz\n";
}

}  // namespace ersatz::cli
