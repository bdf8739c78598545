#include "cli/read_table.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace ersatz::cli {

void warn(const std::vector<std::string>& sentences) {
  if (sentences.empty()) return;
  std::fflush(stdout);
  for (const std::string& sentence : sentences) fmt::print(stderr, "ersatz: warning: {}\n", sentence);
}

analysis::ResultTable read_table(const std::filesystem::path& out) {
  analysis::ResultTable table = analysis::read_results(out);
  warn(analysis::damage_sentences(table.damaged));
  return table;
}

}  // namespace ersatz::cli
