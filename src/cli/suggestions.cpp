#include "cli/suggestions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/suggest.hpp"

namespace ersatz::cli {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) names.push_back(command->get_name());  // (hidden ones have no group)
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Error parse_error(const CLI::App& app, int argc, char** argv, const std::string& problem) {
  const auto hint = [](const std::string& nearest, const std::string& otherwise) {
    return nearest.empty() ? otherwise : fmt::format("did you mean \"{}\"?", nearest);
  };
  const CLI::App* command = &app;
  std::string path = "ersatz";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--")) {
      const std::string name(word.substr(0, word.find('=')));
      const std::vector<std::string> known = option_names(*command);
      if (contains(known, name)) continue;
      return Error(fmt::format("{} has no option {}", path, name),
                   hint(nearest_word(name, known), path + " --help lists its options"));
    }
    const std::vector<std::string> commands = command_names(*command);
    if (contains(commands, word)) {
      command = command->get_subcommand(std::string(word));
      path += fmt::format(" {}", word);
    } else if (!commands.empty() && !word.starts_with("-")) {
      return Error(fmt::format("{} has no command \"{}\"", path, word),
                   hint(nearest_word(word, commands), path + " --help lists the commands"));
    }
  }
  return Error(problem, path + (path == "ersatz" ? " --help lists the commands, ersatz COMMAND --help their options"
                                                 : " --help says what it takes"));
}

}  // namespace ersatz::cli
