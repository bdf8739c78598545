#include "cli/read_table.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "study/test_looks.hpp"

namespace ersatz::cli {

void warn(const std::vector<std::string>& sentences) {
  if (sentences.empty()) return;
  std::fflush(stdout);
  for (const std::string& sentence : sentences) fmt::print(stderr, "ersatz: warning: {}\n", sentence);
}

analysis::ResultTable read_table(const std::filesystem::path& out, std::optional<std::int64_t> steps) {
  analysis::ResultTable table = analysis::read_results(out, steps);
  warn(analysis::damage_sentences(table.damaged));
  return table;
}

void note_look(const std::filesystem::path& out, const analysis::ResultTable& table, const std::string& command,
               const std::string& source) {
  std::vector<std::string> sources, ids;
  for (const auto& [name, labels] : table.truth) {
    if (source.empty() || name == source) sources.push_back(name);
  }
  for (const study::RunRecord& run : table.runs) ids.push_back(run.id());
  if (!ids.empty()) study::record_test_looks(out, command, sources, std::move(ids));
}

void note_look(const study::FolderOrPack& opened, const analysis::ResultTable& table, const std::string& command,
               const std::string& source) {
  if (!opened.is_pack()) note_look(opened.path(), table, command, source);
}

CLI::Option* add_budget_option(CLI::App& command, std::optional<std::int64_t>& steps) {
  return command
      .add_option("--steps", steps,
                  "Of a study with several budgets: the runs of so many steps; default: as long as each ladder says, "
                  "else the largest")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000'000'000}));
}

}  // namespace ersatz::cli
