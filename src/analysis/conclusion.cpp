#include "analysis/conclusion.hpp"

#include <algorithm>
#include <set>

#include "analysis/real_source.hpp"

namespace ersatz::analysis {
namespace {

// A training set that takes one source alone.
struct SingleSource {
  std::string name, source;
  study::Amount amount;
};

std::vector<SingleSource> single_sources(const std::vector<study::RunRecord>& runs) {
  std::vector<SingleSource> sets;
  for (const auto& run : runs) {
    const auto& set = run.spec.train_on;
    const bool seen = std::ranges::any_of(sets, [&](const auto& known) { return known.name == set.name; });
    const bool own = std::ranges::any_of(runs, [&](const study::RunRecord& other) {
      return other.spec.train_on.name == set.name && other.spec.train_on.own != study::TrainingSettings{};
    });
    if (!seen && !own && !set.augment && set.use.is_usual() && set.sources.size() == 1)
      sets.push_back({set.name, set.sources[0].first, set.sources[0].second});
  }
  return sets;
}

bool same_amount(const study::Amount& a, const study::Amount& b) { return a.kind == b.kind && a.value == b.value; }

const Cell* find_cell(const ResultTable& table, const std::string& classifier, const std::string& train_on,
                      const std::string& test_on) {
  for (const Cell& cell : table.cells) {
    if (cell.classifier == classifier && cell.train_on == train_on && cell.test_on == test_on) return &cell;
  }
  return nullptr;
}

std::optional<PairedDifference> difference(const ResultTable& table, const Cell* own, const Cell* other) {
  if (common_seeds(table, {own, other}).empty()) return std::nullopt;
  return paired_difference(CommonRuns(table, {own, other}), 0, 1);
}

std::vector<OtherTraining> other_trainings(const ResultTable& table, const std::vector<SingleSource>& sets,
                                           const std::vector<std::string>& classifiers, const std::string& source) {
  std::vector<OtherTraining> trainings;
  std::set<std::string> compared;  // other sources: each once, with the first amount that both come in
  for (const auto& own : sets) {
    for (const auto& other : sets) {
      if (own.source != source || other.source == source || !same_amount(own.amount, other.amount)) continue;
      if (compared.contains(other.source)) continue;
      OtherTraining training{own.name, other.name, {}};
      for (const auto& classifier : classifiers) {
        const Cell* own_cell = find_cell(table, classifier, own.name, source);
        const Cell* other_cell = find_cell(table, classifier, other.name, source);
        if (own_cell == nullptr || other_cell == nullptr) continue;
        training.classifiers.push_back({own_cell, other_cell, difference(table, own_cell, other_cell)});
      }
      if (training.classifiers.empty()) continue;
      compared.insert(other.source);
      trainings.push_back(std::move(training));
    }
  }
  return trainings;
}

}  // namespace

std::vector<Conclusion> conclusions(const ResultTable& table) {
  const auto sets = single_sources(table.runs);
  const std::vector<std::string> classifiers = classifiers_of(table);
  std::vector<Conclusion> result;
  for (const auto& source : tested_sources(table)) {
    auto trainings = other_trainings(table, sets, classifiers, source);
    if (trainings.empty()) continue;
    std::vector<PairedDifference*> family;
    for (OtherTraining& training : trainings) {
      for (OwnAndOther& one : training.classifiers) {
        if (one.difference) family.push_back(&*one.difference);
      }
    }
    as_family(family);
    result.push_back({source, std::move(trainings)});
  }
  return result;
}

}  // namespace ersatz::analysis
