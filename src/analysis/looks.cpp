#include "analysis/looks.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/real_source.hpp"

namespace ersatz::analysis {
namespace {

const study::RunRecord& run_of(const ResultTable& table, const Cell& cell) {
  const std::string& id = table.results.at(cell.results.front()).run_id;
  return *std::ranges::find(table.runs, id, &study::RunRecord::id);
}

}  // namespace

std::vector<Look> surest_looks(const FirstSeed& seed, const std::vector<std::int32_t>& truth, std::size_t classes) {
  std::vector<std::optional<std::uint32_t>> right(classes), wrong(classes);
  const auto sureness = [&](std::uint32_t image) { return seed.sure.empty() ? 0.0F : seed.sure[image]; };
  for (std::uint32_t i = 0; i < truth.size(); ++i) {
    auto& best = (seed.is_wrong(truth, i) ? wrong : right).at(static_cast<std::size_t>(truth[i]));
    if (!best || sureness(i) > sureness(*best)) best = i;
  }
  std::vector<Look> looks;
  for (std::size_t c = 0; c < classes; ++c) {
    if (right[c]) looks.push_back({static_cast<std::int32_t>(c), true, *right[c]});
    if (wrong[c]) looks.push_back({static_cast<std::int32_t>(c), false, *wrong[c]});
  }
  return looks;
}

std::vector<const Cell*> cells_to_explain(const ResultTable& table, std::size_t most,
                                          const std::function<bool(const std::string& classifier)>& can) {
  const std::string real = real_source(table).name;
  const std::vector<std::string> classifiers = classifiers_of(table);
  const auto classifier = std::ranges::find_if(classifiers, can);
  if (classifier == classifiers.end()) return {};
  struct Best {
    const Cell* cell;
    std::size_t images;
  };
  std::vector<std::string> order;
  std::map<std::string, Best> best;  // by the only source of the training set
  for (const Cell& cell : table.cells) {
    if (cell.classifier != *classifier || cell.test_on != real) continue;
    const study::RunRecord& run = run_of(table, cell);
    if (run.spec.train_on.sources.size() != 1 || !run.spec.train_on.use.is_usual()) continue;
    const std::string& source = run.spec.train_on.sources.front().first;
    const auto [entry, first] = best.try_emplace(source, Best{&cell, run.training_images});
    if (first) order.push_back(source);
    if (run.training_images > entry->second.images) entry->second = {&cell, run.training_images};
  }
  std::ranges::stable_partition(order, [&](const std::string& source) { return source == real; });
  std::vector<const Cell*> cells;
  for (const std::string& source : order) {
    if (cells.size() < most) cells.push_back(best.at(source).cell);
  }
  return cells;
}

}  // namespace ersatz::analysis
