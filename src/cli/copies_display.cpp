#include "cli/copies_display.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

#include "base/text.hpp"
#include "cli/terminal.hpp"
#include "data/duplicates.hpp"
#include "report/plain_table.hpp"

namespace ersatz::cli {
namespace {

void print_duplicates(const data::DataSet& set) {
  std::vector<std::vector<std::string>> rows{{"source", "equal by", "pairs in all", "within train", "within test",
                                              "across", "test images with a copy in train"}};
  for (const data::Source& source : set.sources) {
    const auto add = [&](const char* by, const data::DuplicateCounts& counts) {
      rows.push_back({source.name, by, format_count(counts.pairs), format_count(counts.within_train),
                      format_count(counts.within_test), format_count(counts.across),
                      format_count(counts.test_images_in_train)});
    };
    add("file bytes", data::duplicate_files(source));
    add("pixels", data::duplicate_pixels(source));
  }
  print_columns(rows);
}

// Test images of one source among the training images of another.
void print_leaks(const data::DataSet& set) {
  bool any = false;
  for (const data::Source& train : set.sources) {
    for (const data::Source& test : set.sources) {
      if (&train == &test) continue;
      const std::size_t copies = data::test_images_in_training_of(train, test);
      if (copies == 0) continue;
      any = true;
      print_wrapped("  LEAK: ",
                    fmt::format("{} of {} test images of {} are also training images of {} (equal pixels)",
                                format_count(copies), format_count(test.test->size()), test.name, train.name));
    }
  }
  if (!any && set.sources.size() > 1) fmt::print("  no test image of a source is a training image of another\n");
}

}  // namespace

void print_columns(std::vector<std::vector<std::string>> rows) {
  report::TextTable table;
  for (std::string& heading : rows.front()) {
    table.headings.push_back({std::move(heading), table.headings.empty() ? report::Align::left : report::Align::right});
  }
  rows.erase(rows.begin());
  table.rows = std::move(rows);
  fmt::print("{}", report::plain_text(table, text_room(stdout), 2, false));
}

void print_copies(const data::DataSet& set) {
  fmt::print("Duplicates (pairs of equal images of one source)\n");
  print_duplicates(set);
  print_leaks(set);
  if (const std::string conflicts = data::label_conflicts(set).warning(); !conflicts.empty()) {
    print_wrapped("  LABELS: ", conflicts);
  }
}

}  // namespace ersatz::cli
