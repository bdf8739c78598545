#include "analysis/classifier_pairs.hpp"

#include "base/error.hpp"

namespace ersatz::analysis {
std::vector<ClassifierPair> compare_classifiers(const ResultTable& table) {
  std::vector<ClassifierPair> pairs;
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    for (std::size_t k = i + 1; k < table.cells.size(); ++k) {
      const Cell &first = table.cells[i], &second = table.cells[k];
      if (first.classifier == second.classifier || first.train_on != second.train_on ||
          first.test_on != second.test_on) {
        continue;
      }
      if (common_seeds(table, {&first, &second}).empty()) continue;
      const CommonRuns runs(table, {&first, &second});
      pairs.push_back({first.title, second.title, first.train_on, first.test_on, paired_difference(runs, 0, 1)});
    }
  }
  if (pairs.empty()) {
    throw Error("no two classifiers of this study have a finished run in common",
                "a study with several classifiers is compared with itself, any study with another one");
  }
  std::vector<PairedDifference*> family;
  for (ClassifierPair& pair : pairs) family.push_back(&pair.accuracy);
  const std::vector<double> p = as_family(family);
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i].p_holm = p[i];
  return pairs;
}

}  // namespace ersatz::analysis
