#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/describe/completion.hpp"

namespace ersatz::cli {
namespace {

std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// The options of `complete` that say what a value may be.
std::string fish_value(const OptionInfo& option) {
  switch (option.kind) {
    case ValueKind::none: return "";
    case ValueKind::words:
      return fmt::format(" -x -a {}", fish_quoted(fmt::format("{}", fmt::join(option.words, " "))));
    case ValueKind::study: return " -r -F -a '(ersatz study list --names 2>/dev/null)'";
    case ValueKind::number: return " -x";
    case ValueKind::anything: break;
  }
  return " -r -F";
}

std::string fish_line(const CommandInfo& command, const std::string& rest) {
  return fmt::format("complete -c ersatz -n {}{}\n", fish_quoted(fmt::format("__ersatz_at \"{}\"", command.words())),
                     rest);
}

std::string fish_option(const CommandInfo& command, const OptionInfo& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return fish_line(command, names + fish_value(option) + " -d " + fish_quoted(option.description));
}

constexpr std::string_view kFishHead = R"sh(# fish completion for ersatz, written by `ersatz completion fish`.

# Whether the command that the words name so far is this one.
function __ersatz_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l command
    for word in $words
        if contains -- (string join ' ' -- $command $word) $__ersatz_commands
            set -a command $word
        end
    end
    test "$command" = "$argv[1]"
end

complete -c ersatz -f
)sh";

}  // namespace

std::string fish_completion(const CommandInfo& root) {
  std::string script(kFishHead), known;
  for (const CommandInfo* command : all_commands(root)) {
    if (!command->path.empty()) known += " " + fish_quoted(command->words());
    for (const CommandInfo& inner : command->commands) {
      script += fish_line(*command, fmt::format(" -a {} -d {}", inner.name(), fish_quoted(inner.description)));
    }
    for (const OptionInfo& option : command->options) script += fish_option(*command, option);
    if (!command->positionals.empty()) {
      std::string value = fish_value(command->positionals.front());
      if (value.starts_with(" -r") || value.starts_with(" -x")) value.erase(0, 3);
      if (!value.empty()) script += fish_line(*command, value);
    }
  }
  return script + "set -g __ersatz_commands" + known + "\n";
}

}  // namespace ersatz::cli
