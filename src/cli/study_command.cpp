#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "study/study_keys.hpp"

namespace ersatz::cli {
namespace {

constexpr std::size_t kIndent = 6;

// Markdown's backticks are of no use on a terminal.
std::string plain(std::string text) {
  std::erase(text, '`');
  return text;
}

void print_keys(bool markdown) {
  std::string section;
  for (const study::StudyKey& key : study::study_keys()) {
    if (key.section != section) {
      fmt::print("{}[{}]\n", section.empty() ? "" : "\n", key.section);
      if (markdown) fmt::print("\n| key | type | default | meaning |\n|---|---|---|---|\n");
      section = key.section;
    }
    if (markdown) {
      fmt::print("{}\n", study::markdown_row(key));
      continue;
    }
    const std::string fallback = key.fallback == "required" ? "required" : "default " + plain(key.fallback);
    fmt::print("  {}: {}; {}\n", key.key, plain(key.type), fallback);
    fmt::print("{}", wrapped(plain(key.meaning), terminal_width(stdout), kIndent));
  }
  if (!markdown) fmt::print("\ndocs/study-files.md has examples.\n");
}

}  // namespace

void add_study_command(CLI::App& app) {
  CLI::App* study = app.add_subcommand("study", "Help with writing study files");
  study->require_subcommand(1);
  const auto markdown = std::make_shared<bool>(false);
  CLI::App* keys = study->add_subcommand("keys", "Every key of a study file: its type, default and meaning");
  keys->add_flag("--markdown", *markdown, "As the tables of docs/study-files.md");
  keys->callback([markdown] { print_keys(*markdown); });
}

}  // namespace ersatz::cli
