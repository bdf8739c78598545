#include "analysis/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

using RunsBySeed = std::map<std::uint64_t, const TestResult*>;

RunsBySeed runs_by_seed(const ResultTable& table, const Cell& cell) {
  RunsBySeed runs;
  for (const std::size_t i : cell.results) runs[table.results[i].seed] = &table.results[i];
  return runs;
}

// The fingerprint of a test set's images; empty for a source, whose images the data's fingerprint covers.
std::string images_of(const ResultTable& table, const std::string& name) {
  const study::TestSetFingerprints sets = study::fingerprints_of(table.study.test_sets);
  const auto found = sets.find(name);
  return found == sets.end() ? "" : found->second;
}

}  // namespace

std::vector<PairedCell> compare(const ResultTable& first, const ResultTable& second) {
  if (first.study.data_fingerprint != second.study.data_fingerprint) {
    throw Error("the two studies were run on different data", "compare studies of the same data");
  }
  std::vector<PairedCell> cells;
  for (const Cell& cell : first.cells) {
    const auto other = std::ranges::find_if(second.cells, [&](const Cell& candidate) {
      return candidate.classifier == cell.classifier && candidate.train_on == cell.train_on &&
             candidate.test_on == cell.test_on;
    });
    if (other == second.cells.end()) continue;
    if (images_of(first, cell.test_on) != images_of(second, cell.test_on)) {
      throw Error(fmt::format("the test sets {} are not the same images: their sections [test.{}] differ", cell.test_on,
                              cell.test_on),
                  "compare studies whose test sets are defined alike, or give one of them another name");
    }
    if (other->test_images != cell.test_images) {
      throw Error(
          fmt::format("the test sets {} differ: {} images and {}", cell.test_on, cell.test_images, other->test_images),
          "compare studies of the same data");
    }
    if (first.truth.at(cell.test_on) != second.truth.at(cell.test_on)) {
      throw Error(fmt::format("the test sets {} hold different images", cell.test_on),
                  "compare studies that leave out the same duplicates");
    }
    std::vector<std::vector<const TestResult*>> common(2);
    const RunsBySeed own = runs_by_seed(first, cell), others = runs_by_seed(second, *other);
    for (const auto& [seed, run] : own) {
      if (!others.contains(seed)) continue;
      common[0].push_back(run);
      common[1].push_back(others.at(seed));
    }
    const std::size_t paired = common[0].size();
    if (paired == 0) continue;
    const CommonRuns runs(std::move(common), first.truth.at(cell.test_on));
    cells.push_back({cell.title, cell.train_on, cell.test_on, paired_difference(runs, 0, 1),
                     own.size() + others.size() - 2 * paired});
  }
  if (cells.empty()) {
    throw Error("the two studies have no finished run in common",
                "runs are compared that have the classifier, training set, test set and seed in common");
  }
  std::vector<PairedDifference*> family;
  for (PairedCell& cell : cells) family.push_back(&cell.accuracy);
  as_family(family);
  return cells;
}

}  // namespace ersatz::analysis
