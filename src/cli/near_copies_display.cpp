#include "cli/near_copies_display.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/columns.hpp"
#include "base/text.hpp"
#include "cli/terminal.hpp"
#include "data/near/near_copies.hpp"

namespace ersatz::cli {
namespace {

/// The images of a report by name.
class Names {
 public:
  Names(const data::DataSet& set, const data::NearReport& report) : set_(set), report_(report) {}

  std::string split(std::size_t s) const {
    return fmt::format("{} {}", source(s).name, data::split_name(report_.splits[s].split));
  }
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

void print_pairs(const data::NearReport& report, const Names& names) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::size_t width = 0;
  for (const data::NearCopies& copies : report.copies) {
    rows.emplace_back(copies.first == copies.second
                          ? "within " + names.split(copies.first)
                          : fmt::format("{} and {}", names.split(copies.first), names.split(copies.second)),
                      format_count(copies.pairs));
    width = std::max(width, columns(rows.back().first));
  }
  for (const auto& [what, count] : rows) {
    fmt::print("  {}  {:>9} {}\n", what + std::string(width - columns(what), ' '), count,
               count == "1" ? "pair" : "pairs");
  }
}

}  // namespace

void print_near_copies(const data::DataSet& set) {
  const data::NearReport report = data::find_near_copies(set);
  const Names names(set, report);
  fmt::print("\n");
  print_wrapped("", fmt::format("Near copies (perceptual hashes within {} of 64 bits, small copies within {} "
                                "of 255 levels; equal images count)",
                                data::kMostBits, data::kMostLevels));
  if (report.copies.empty()) fmt::print("  none\n");
  print_pairs(report, names);
  for (std::size_t train = 0; train < set.sources.size(); ++train) {
    for (std::size_t test = 0; test < set.sources.size(); ++test) {
      const std::size_t count = report.tests_in_training[train][test];
      if (count == 0) continue;
      const std::string text =
          fmt::format("{}{} of {} test images of {} have a near copy among the training images of {}",
                      train == test ? "" : "LEAK? ", format_count(count), format_count(set.sources[test].test->size()),
                      set.sources[test].name, set.sources[train].name);
      print_wrapped("  ", text);
    }
  }
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
