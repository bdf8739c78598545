#include "cli/near_copies_display.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "cli/copies_display.hpp"
#include "cli/terminal.hpp"
#include "data/near/near_copies.hpp"
#include "report/copies_text.hpp"

namespace ersatz::cli {
namespace {

/// The images of a report by name.
class Names {
 public:
  Names(const data::DataSet& set, const data::NearReport& report) : set_(set), report_(report) {}

  std::string image(std::size_t s, std::uint32_t index) const {
    const data::Split which = report_.splits[s].split;
    const std::string below(source(s).split(which)->file_name(index));
    const std::string& folder = source(s).folder(which);
    return folder.empty() ? below : folder + "/" + below;
  }

 private:
  const data::Source& source(std::size_t s) const { return set_.sources[report_.splits[s].source]; }

  const data::DataSet& set_;
  const data::NearReport& report_;
};

}  // namespace

void print_near_copies(const data::DataSet& set, const data::NearReport& report) {
  const Names names(set, report);
  fmt::print("\n");
  print_wrapped("", fmt::format("Near copies ({})", report::near_copies_rule()));
  if (report.copies.empty()) {
    fmt::print("  none\n");
  } else {
    print_indented(report::near_copies_table(set, report));
  }
  for (const std::string& sentence : report::near_leak_sentences(set, report)) print_wrapped("  ", sentence);
  bool headed = false;
  for (const data::NearCopies& copies : report.copies) {
    for (const data::NearPair& pair : copies.closest) {
      if (!std::exchange(headed, true))
        print_wrapped("  ", "the closest that are not equal, with the difference in levels:");
      fmt::print("    {:4.1f}  {}  {}\n", pair.levels, names.image(copies.first, pair.first),
                 names.image(copies.second, pair.second));
    }
  }
  if (report.flat > 0) {
    fmt::print("  {} flat {} compared by equality only\n", format_count(report.flat),
               report.flat == 1 ? "image was" : "images were");
  }
}

}  // namespace ersatz::cli
