#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/columns.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "study/named_studies.hpp"
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

void list_studies(bool names) {
  const std::vector<study::NamedStudy> studies = study::shipped_studies();
  if (studies.empty() && !names) throw Error("no studies came with this ersatz", "`ersatz init` writes one");
  if (studies.empty()) return;
  std::size_t widest = 0;
  for (const study::NamedStudy& study : studies) widest = std::max(widest, study.name.size());
  for (const study::NamedStudy& study : studies) {
    if (names) {
      fmt::print("{}\n", study.name);
      continue;
    }
    print_wrapped(fmt::format("{:<{}}", study.name, widest + 2), study.summary);
  }
  if (names || !is_terminal(stdout)) return;
  fmt::print("\nThey are in {}. `ersatz run NAME` runs one.\n", studies.front().file.parent_path().string());
}

}  // namespace

void add_study_command(CLI::App& app) {
  CLI::App* study = app.add_subcommand("study", "Studies that come with ersatz, and help with writing your own");
  study->require_subcommand(1);
  study->footer("Example: ersatz study list");
  const auto names = std::make_shared<bool>(false);
  CLI::App* list = study->add_subcommand("list", "The studies that come with ersatz, which are run by their names");
  list->add_flag("--names", *names, "Print the names alone");
  list->footer("Example: ersatz study list");
  list->callback([names] { list_studies(*names); });
  const auto markdown = std::make_shared<bool>(false);
  CLI::App* keys = study->add_subcommand("keys", "Every key of a study file: its type, default and meaning");
  keys->add_flag("--markdown", *markdown, "As the tables of docs/study-files.md");
  keys->footer("Example: ersatz study keys | less");
  keys->callback([markdown] { print_keys(*markdown); });
}

}  // namespace ersatz::cli
