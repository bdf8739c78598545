#include "analysis/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"

namespace ersatz::analysis {
namespace {

std::map<std::uint64_t, double> accuracies(const ResultTable& table, const Cell& cell) {
  std::map<std::uint64_t, double> by_seed;
  for (const std::size_t i : cell.results) by_seed[table.results[i].seed] = table.results[i].scores.accuracy;
  return by_seed;
}

PairedCell pair(const Cell& cell, const std::map<std::uint64_t, double>& first,
                const std::map<std::uint64_t, double>& second) {
  PairedCell paired{cell.title, cell.train_on, cell.test_on, {}, {}, {}, {}, 0};
  std::vector<double> a, b, differences;
  for (const auto& [seed, accuracy] : first) {
    const auto other = second.find(seed);
    if (other == second.end()) continue;
    a.push_back(accuracy);
    b.push_back(other->second);
    differences.push_back(other->second - accuracy);
  }
  paired.first = stats::summarise(a);
  paired.second = stats::summarise(b);
  paired.difference = stats::summarise(differences);
  paired.interval = stats::t_interval(paired.difference);
  paired.unpaired = first.size() + second.size() - 2 * a.size();
  return paired;
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
    if (other->test_images != cell.test_images) {
      throw Error(
          fmt::format("the test sets {} differ: {} images and {}", cell.test_on, cell.test_images, other->test_images),
          "compare studies of the same data");
    }
    PairedCell paired = pair(cell, accuracies(first, cell), accuracies(second, *other));
    if (paired.difference.n > 0) cells.push_back(std::move(paired));
  }
  if (cells.empty()) {
    throw Error("the two studies have no finished run in common",
                "runs are compared that have the classifier, training set, test set and seed in common");
  }
  return cells;
}

}  // namespace ersatz::analysis
