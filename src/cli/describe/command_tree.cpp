#include "cli/describe/command_tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "models/classifier.hpp"

namespace ersatz::cli {
namespace {

constexpr std::string_view kExample = "Example: ";

// The words of one_of() are in the name of the type only: "TEXT:{auto,f32,bf16}".
std::vector<std::string> words_of(std::string_view type) {
  const std::size_t open = type.find(":{");
  if (open == std::string_view::npos || !type.ends_with('}')) return {};
  std::istringstream list(std::string(type.substr(open + 2, type.size() - open - 3)));
  std::vector<std::string> words;
  for (std::string word; std::getline(list, word, ',');) words.push_back(word);
  return words;
}

OptionInfo option_info(const CLI::Option& option) {
  OptionInfo info;
  for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
  info.description = option.get_description();
  info.fallback = option.get_default_str();
  // (Sets of pointers: their order is chance.)
  for (const CLI::Option* other : option.get_needs()) info.needs.push_back(other->get_name());
  for (const CLI::Option* other : option.get_excludes()) info.excludes.push_back(other->get_name());
  std::ranges::sort(info.needs);
  std::ranges::sort(info.excludes);
  info.required = option.get_required();
  info.repeated = option.get_expected_max() > 1;
  if (option.get_items_expected_max() == 0) {
    info.kind = ValueKind::none;
    return info;
  }
  const std::string type = option.get_type_name(), plain = type.substr(0, type.find(':'));
  info.value = option.get_positional() ? option.get_name(true) : plain;
  info.words = words_of(type);
  if (info.value == "STUDY" || option.check_lname("study")) {
    info.kind = ValueKind::study;
  } else if (info.value == "CLASSIFIER") {
    info.words = models::classifier_names();
    info.kind = ValueKind::words;
  } else if (!info.words.empty()) {
    info.kind = ValueKind::words;
  } else if (plain == "INT" || plain == "UINT" || plain == "FLOAT") {
    info.kind = ValueKind::number;
  }
  return info;
}

void read_footer(const std::string& footer, CommandInfo& command) {
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kExample)) {
      command.examples.push_back(line.substr(kExample.size()));
    } else if (!line.empty()) {
      command.notes.push_back(line);
    }
  }
}

CommandInfo command_info(const CLI::App& app, std::vector<std::string> path) {
  CommandInfo command;
  command.path = std::move(path);
  command.description = app.get_description();
  read_footer(app.get_footer(), command);
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    (option->get_positional() ? command.positionals : command.options).push_back(option_info(*option));
  }
  for (const CLI::App* inner : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (inner->get_group().empty()) continue;
    std::vector<std::string> below = command.path;
    below.push_back(inner->get_name());
    command.commands.push_back(command_info(*inner, std::move(below)));
  }
  return command;
}

}  // namespace

std::string CommandInfo::words() const { return fmt::format("{}", fmt::join(path, " ")); }

CommandInfo describe(const CLI::App& app) { return command_info(app, {}); }

std::vector<const CommandInfo*> all_commands(const CommandInfo& root) {
  std::vector<const CommandInfo*> commands{&root};
  for (const CommandInfo& inner : root.commands) {
    const std::vector<const CommandInfo*> below = all_commands(inner);
    commands.insert(commands.end(), below.begin(), below.end());
  }
  return commands;
}

}  // namespace ersatz::cli
