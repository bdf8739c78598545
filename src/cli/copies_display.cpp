#include "cli/copies_display.hpp"

#include <fmt/format.h>

#include <string>

#include "cli/terminal.hpp"
#include "data/duplicates.hpp"
#include "report/copies_text.hpp"
#include "report/plain_table.hpp"

namespace ersatz::cli {

void print_indented(const report::TextTable& table) {
  fmt::print("{}", report::plain_text(table, text_room(stdout), 2, false));
}

void print_copies(const data::DataSet& set) {
  fmt::print("Duplicates (pairs of equal images of one source)\n");
  print_indented(report::duplicates_table(set));
  const auto leaks = report::leak_sentences(set);
  for (const std::string& leak : leaks) print_wrapped("  LEAK: ", leak);
  if (leaks.empty() && set.sources.size() > 1) {
    fmt::print("  no test image of a source is a training image of another\n");
  }
  if (const std::string conflicts = data::label_conflicts(set).warning(); !conflicts.empty()) {
    print_wrapped("  LABELS: ", conflicts);
  }
}

}  // namespace ersatz::cli
