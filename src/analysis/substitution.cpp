#include "analysis/substitution.hpp"

#include <algorithm>

#include "analysis/resampling.hpp"

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
    if (mixture.augmentation || mixture.images.size() != 1 || mixture.is_plain(source)) continue;
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

std::vector<double> recalls(const ResultTable& table, const Cell& cell, const std::vector<std::uint64_t>& seeds,
                            std::size_t c) {
  std::vector<double> values;
  for (const std::uint64_t seed : seeds) values.push_back(result_of(table, cell, seed).scores.classes[c].recall);
  return values;
}

Substitution compare(const ResultTable& table, const std::string& source, const Pair& pair,
                     const stats::BootstrapOptions& options) {
  const Resampling resampling(table, {pair.own, pair.other}, options);
  Substitution result;
  result.classifier = pair.own->classifier;
  result.title = pair.own->title;
  result.source = source;
  result.other_source = pair.other_source;
  result.images = pair.images;
  result.seeds = resampling.seeds().size();
  result.own = resampling.accuracy(0);
  result.other = resampling.accuracy(1);
  result.own_interval = resampling.accuracy_interval(0);
  result.other_interval = resampling.accuracy_interval(1);
  const auto ratio = [](const std::vector<double>& accuracies) {
    return accuracies[0] > 0 ? accuracies[1] / accuracies[0] : 0;
  };
  result.score = ratio(resampling.measured());
  result.score_interval = resampling.interval(ratio);
  for (const Cell& cell : table.cells) {
    if (cell.classifier == pair.own->classifier && cell.train_on == pair.own->train_on &&
        cell.test_on == pair.other_source) {
      result.reverse = cell;
    }
  }
  for (std::size_t c = 0; c < table.study.classes.size(); ++c) {
    const auto own = recalls(table, *pair.own, resampling.seeds(), c);
    const auto other = recalls(table, *pair.other, resampling.seeds(), c);
    std::vector<double> differences;
    for (std::size_t s = 0; s < own.size(); ++s) differences.push_back(other[s] - own[s]);
    stats::TTest difference = stats::paired_t_test(stats::summarise(differences));
    difference.interval = stats::within(difference.interval, stats::kDifferences);
    result.classes.push_back({table.study.classes[c], stats::summarise(own), stats::summarise(other), difference});
  }
  return result;
}

}  // namespace

std::vector<Substitution> substitutions(const ResultTable& table, const std::string& source,
                                        const stats::BootstrapOptions& options) {
  std::vector<Substitution> result;
  for (const std::string& classifier : classifiers_of(table)) {
    for (const Pair& pair : find_pairs(mixture_cells(table, classifier, source), source)) {
      // In a study that is not finished they may have none in common yet.
      if (common_seeds(table, {pair.own, pair.other}).empty()) continue;
      result.push_back(compare(table, source, pair, options));
    }
  }
  return result;
}

}  // namespace ersatz::analysis
