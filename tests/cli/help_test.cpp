// What every command's --help has, and that what it has is so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "cli/commands.hpp"
#include "cli/describe/command_tree.hpp"
#include "cli/program.hpp"

namespace ersatz {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::run_ersatz;

// The commands that a help lists: the first words of the lines below "Subcommands:".
std::vector<std::string> listed(const std::string& help) {
  std::vector<std::string> names;
  std::istringstream lines(help.substr(std::min(help.find("Subcommands:\n"), help.size())));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line.starts_with("  ")) {
    // (What is indented further goes on with a description.)
    if (line[2] != ' ') names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

// Looks at the help of a command and of all below it; returns how many have been looked at.
int look(const std::vector<std::string>& command) {
  std::vector<std::string> words = command;
  words.emplace_back("--help");
  const testing::Outcome help = run_ersatz(words);
  const std::string name = ::testing::PrintToString(command);
  EXPECT_EQ(help.code, 0) << name;
  EXPECT_THAT(help.out, HasSubstr("\nExample: ")) << name;
  int looked = 1;
  for (const std::string& inner : listed(help.out)) {
    std::vector<std::string> below = command;
    below.push_back(inner);
    looked += look(below);
  }
  return looked;
}

TEST(Help, OfEveryCommandHasAnExample) { EXPECT_GT(look({}), 30); }

class Tree : public ::testing::Test {
 protected:
  Tree() : app_("", "ersatz") {
    cli::add_commands(app_);
    root_ = cli::describe(app_);
  }

  const cli::CommandInfo* find(const std::string& words) const {
    for (const cli::CommandInfo* command : cli::all_commands(root_)) {
      if (command->words() == words) return command;
    }
    return nullptr;
  }

  CLI::App app_;
  cli::CommandInfo root_;
};

TEST_F(Tree, EveryCommandAndOptionSaysWhatItIs) {
  std::size_t options = 0;
  for (const cli::CommandInfo* command : cli::all_commands(root_)) {
    EXPECT_TRUE(command->path.empty() || !command->description.empty()) << command->words();
    for (const auto* list : {&command->options, &command->positionals}) {
      for (const cli::OptionInfo& option : *list) {
        EXPECT_THAT(option.description, Not(IsEmpty())) << command->words() << " " << option.value;
        ++options;
      }
    }
  }
  EXPECT_GT(options, 150U);
}

TEST_F(Tree, ExamplesNameCommandsAndOptionsThatThereAre) {
  for (const cli::CommandInfo* command : cli::all_commands(root_)) {
    if (command->path.empty()) continue;
    for (const std::string& example : command->examples) {
      std::istringstream words(example);
      std::string word, path;
      const cli::CommandInfo* meant = &root_;
      while (words >> word) {
        if (word == "|" || word == ">" || word == "&&") break;
        if (const auto* inner = find(path.empty() ? word : path + " " + word)) {
          meant = inner;
          path = inner->words();
        }
        if (!word.starts_with('-')) continue;
        std::vector<std::string> names;
        for (const cli::OptionInfo& option : meant->options) {
          names.insert(names.end(), option.names.begin(), option.names.end());
        }
        EXPECT_THAT(names, Contains(word)) << example;
      }
      // `ersatz data --help` may show one of the commands below it.
      EXPECT_TRUE(path == command->words() || path.starts_with(command->words() + " ") || example.starts_with("source"))
          << example;
    }
  }
}

TEST_F(Tree, KnowsWhatMayBeTyped) {
  const cli::CommandInfo* run = find("run");
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(run->positionals.at(0).kind, cli::ValueKind::study);
  const auto option = [&](const std::string& name) {
    const auto found = std::ranges::find_if(run->options, [&](const cli::OptionInfo& one) {
      return std::ranges::find(one.names, name) != one.names.end();
    });
    EXPECT_NE(found, run->options.end()) << name;
    return *found;
  };
  EXPECT_EQ(option("--precision").words, (std::vector<std::string>{"auto", "f32", "bf16"}));
  EXPECT_EQ(option("--precision").kind, cli::ValueKind::words);
  EXPECT_EQ(option("--epochs").kind, cli::ValueKind::number);
  EXPECT_EQ(option("--data").kind, cli::ValueKind::anything);
  EXPECT_EQ(option("--verify").kind, cli::ValueKind::none);
  EXPECT_TRUE(option("--replace").repeated);
  EXPECT_FALSE(option("--data").repeated);
  EXPECT_EQ(find("worker"), nullptr);  // hidden
  EXPECT_EQ(find("man"), nullptr);
}

}  // namespace
}  // namespace ersatz
