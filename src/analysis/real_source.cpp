#include "analysis/real_source.hpp"

#include <algorithm>
#include <set>

namespace ersatz::analysis {
namespace {

std::vector<std::string> in_plan_order(const ResultTable& table) {
  std::vector<std::string> tested;
  for (const Cell& cell : table.cells) {
    if (std::ranges::find(tested, cell.test_on) == tested.end()) tested.push_back(cell.test_on);
  }
  return tested;
}

}  // namespace

study::RealSource real_source(const ResultTable& table) {
  const std::vector<std::string> tested = table.study.test_on.empty() ? in_plan_order(table) : table.study.test_on;
  if (tested.empty()) return {"", study::RealSource::Why::only_one};
  // There is none; headlines are about the first test set.
  if (table.study.label_source) return {tested.front(), study::RealSource::Why::only_one};
  std::set<std::string> trained_on;
  for (const study::RunRecord& run : table.runs) {
    for (const auto& [source, amount] : run.spec.train_on.sources) trained_on.insert(source);
  }
  return study::real_source(table.study.real, tested, trained_on);
}

std::vector<std::string> tested_sources(const ResultTable& table) {
  std::vector<std::string> tested = in_plan_order(table);
  const std::string real = real_source(table).name;
  // (Clang 14 does not compile the one of std::ranges.)
  std::stable_partition(tested.begin(), tested.end(), [&](const std::string& source) { return source == real; });
  return tested;
}

}  // namespace ersatz::analysis
