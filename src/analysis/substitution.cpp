#include "analysis/substitution.hpp"

#include <algorithm>

#include "analysis/common_runs.hpp"
#include "stats/influence.hpp"
#include "stats/multiple.hpp"
#include "stats/ratio.hpp"

namespace ersatz::analysis {
namespace {

struct Pair {
  const Cell *own, *other;
  std::string other_source;
  std::size_t images;
};

// Of every other source the pair with the most images.
std::vector<Pair> find_pairs(const std::vector<MixtureCell>& cells, const std::string& source) {
  std::vector<Pair> pairs;
  for (const auto& [mixture, cell] : cells) {
    if (!mixture.only_mixed() || mixture.images.size() != 1 || mixture.is_plain(source)) continue;
    const auto& [other_source, images] = mixture.images.front();
    for (const auto& [own_mixture, own_cell] : cells) {
      if (!own_mixture.is_plain(source) || own_mixture.total() != images) continue;
      const auto known = std::ranges::find(pairs, other_source, &Pair::other_source);
      if (known == pairs.end()) {
        pairs.push_back({own_cell, cell, other_source, images});
      } else if (known->images < images) {
        *known = {own_cell, cell, other_source, images};
      }
    }
  }
  return pairs;
}

stats::Summary over_seeds(const CommonRuns& runs, std::size_t cell, std::size_t c, double stats::ClassScores::*rate) {
  std::vector<double> values;
  for (std::size_t s = 0; s < runs.seeds().size(); ++s) values.push_back(runs.run(cell, s).scores.classes[c].*rate);
  return stats::summarise(values);
}

ClassRates rates(const CommonRuns& runs, std::size_t cell, std::size_t c) {
  return {over_seeds(runs, cell, c, &stats::ClassScores::f1), over_seeds(runs, cell, c, &stats::ClassScores::precision),
          over_seeds(runs, cell, c, &stats::ClassScores::recall)};
}

ClassDifference difference(const CommonRuns& runs, stats::Rate rate, std::size_t c, double level) {
  const stats::Crossed values = runs.crossed([&](const TestResult& run, std::span<double> out) {
    stats::class_values(rate, c, run.confusion, runs.truth(), run.predicted, out);
  });
  ClassDifference result{values.difference(0, 1), {}};
  result.interval = stats::within(result.estimate.interval(level), stats::kDifferences);
  return result;
}

Substitution compare(const ResultTable& table, const std::string& source, const Pair& pair) {
  const CommonRuns runs(table, {pair.own, pair.other});
  Substitution result;
  result.classifier = pair.own->classifier;
  result.title = pair.own->title;
  result.source = source;
  result.other_source = pair.other_source;
  result.images = pair.images;
  result.seeds = runs.seeds().size();
  result.own = runs.accuracy(0);
  result.other = runs.accuracy(1);
  result.own_interval = runs.accuracy_interval(0);
  result.other_interval = runs.accuracy_interval(1);
  result.difference = runs.crossed().difference(0, 1);
  result.score = result.own.mean > 0 ? result.other.mean / result.own.mean : 0;
  result.score_interval = stats::ratio_interval(runs.crossed(), 1, 0);
  for (const Cell& cell : table.cells) {
    if (cell.classifier == pair.own->classifier && cell.train_on == pair.own->train_on &&
        cell.test_on == pair.other_source) {
      result.reverse = cell;
    }
  }
  result.classes = compare_classes(runs, table.study.classes);
  return result;
}

}  // namespace

std::vector<ClassSubstitution> compare_classes(const CommonRuns& runs, const std::vector<std::string>& names) {
  const std::vector<bool> tested = stats::classes_with_images(runs.run(0, 0).confusion);
  const auto family = static_cast<std::size_t>(std::ranges::count(tested, true));
  const double level = stats::simultaneous_level(family);
  std::vector<ClassSubstitution> classes;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (!tested[c]) continue;
    ClassSubstitution& one = classes.emplace_back();
    one.name = names[c];
    one.own = rates(runs, 0, c);
    one.other = rates(runs, 1, c);
    one.f1 = difference(runs, stats::Rate::f1, c, level);
    one.recall = difference(runs, stats::Rate::recall, c, level);
    one.as_well = stats::is_equivalent(one.f1.estimate, kAsWell, 1 - level);
  }
  return classes;
}

std::vector<Substitution> substitutions(const ResultTable& table, const std::string& source) {
  std::vector<Substitution> result;
  for (const std::string& classifier : classifiers_of(table)) {
    for (const Pair& pair : find_pairs(mixture_cells(table, classifier, source), source)) {
      // In a study that is not finished they may have none in common yet.
      if (common_seeds(table, {pair.own, pair.other}).empty()) continue;
      result.push_back(compare(table, source, pair));
    }
  }
  return result;
}

}  // namespace ersatz::analysis
