#include "cli/read_table.hpp"

#include <fmt/format.h>

#include <cstdio>

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

CLI::Option* add_budget_option(CLI::App& command, std::optional<std::int64_t>& steps) {
  return command
      .add_option("--steps", steps,
                  "Of a study with several budgets: the runs of so many steps; default: as long as each ladder says, "
                  "else the largest")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000'000'000}));
}

}  // namespace ersatz::cli
