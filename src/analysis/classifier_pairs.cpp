#include "analysis/classifier_pairs.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "stats/bootstrap.hpp"
#include "stats/mcnemar.hpp"
#include "stats/multiple.hpp"
#include "stats/t_test.hpp"

namespace ersatz::analysis {
namespace {

ClassifierPair compare(const ResultTable& table, const Cell& first, const Cell& second,
                       const std::vector<std::uint64_t>& seeds) {
  ClassifierPair pair{first.title, second.title, first.train_on, first.test_on, {}, {}, 0, {}};
  std::vector<double> a, b, differences;
  for (const std::uint64_t seed : seeds) {
    a.push_back(result_of(table, first, seed).scores.accuracy);
    b.push_back(result_of(table, second, seed).scores.accuracy);
    differences.push_back(b.back() - a.back());
  }
  pair.first_accuracy = stats::summarise(a);
  pair.second_accuracy = stats::summarise(b);
  const stats::Summary difference = stats::summarise(differences);
  pair.difference = difference.mean;
  if (seeds.size() > 1) {
    const stats::TTest test = stats::paired_t_test(difference);
    pair.interval = test.interval;
    pair.p = test.p;
    return pair;
  }
  const auto& truth = table.truth.at(first.test_on);
  const auto& own = result_of(table, first, seeds.front()).predicted;
  const auto& other = result_of(table, second, seeds.front()).predicted;
  pair.interval = stats::bootstrap_difference(truth, other, own, table.study.classes.size()).accuracy.interval;
  pair.p = stats::mcnemar(stats::discordant(truth, own, other)).p;
  return pair;
}

}  // namespace

std::vector<ClassifierPair> compare_classifiers(const ResultTable& table) {
  std::vector<ClassifierPair> pairs;
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    for (std::size_t k = i + 1; k < table.cells.size(); ++k) {
      const Cell &first = table.cells[i], &second = table.cells[k];
      if (first.classifier == second.classifier || first.train_on != second.train_on ||
          first.test_on != second.test_on) {
        continue;
      }
      const auto seeds = common_seeds(table, {&first, &second});
      if (!seeds.empty()) pairs.push_back(compare(table, first, second, seeds));
    }
  }
  if (pairs.empty()) {
    throw Error("no two classifiers of this study have a finished run in common",
                "a study with several classifiers is compared with itself, any study with another one");
  }
  std::vector<double> p;
  for (const ClassifierPair& pair : pairs) p.push_back(pair.p);
  p = stats::holm(p);
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i].p_holm = p[i];
  return pairs;
}

}  // namespace ersatz::analysis
