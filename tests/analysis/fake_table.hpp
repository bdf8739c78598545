#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/results.hpp"
#include "base/random.hpp"

namespace ersatz::analysis {

inline study::Amount images(double count) { return {study::Amount::Kind::count, count}; }

/// A ResultTable as read_results() makes it, without files: two classes, and predictions that are right with the wanted
/// probability, independently of each other.
class FakeTable {
 public:
  explicit FakeTable(std::size_t test_images = 2000, std::size_t classes = 2) : classes_(classes) {
    for (std::size_t c = 0; c < classes; ++c) table_.study.classes.push_back(fmt::format("class {}", c));
    for (const char* source : {"REAL", "FAKE"}) {
      auto& truth = table_.truth[source];
      for (std::size_t i = 0; i < test_images; ++i) truth.push_back(static_cast<std::int32_t>(i % classes));
    }
  }

  /// One run of `classifier` on a training set, tested on `test_on`. `stream` makes other draws of the same study.
  void add(const std::string& classifier, study::TrainingSet set, std::uint64_t seed, double right,
           const std::string& test_on = "REAL", std::uint64_t stream = 0) {
    Random random(seed, fmt::format("{} {} {} {}", classifier, set.name, test_on, stream));
    std::vector<std::int32_t> predicted;
    for (const std::int32_t label : table_.truth[test_on]) {
      const bool correct = random.uniform() < static_cast<float>(right);
      const auto other = static_cast<std::int32_t>((static_cast<std::size_t>(label) + 1) % classes_);
      predicted.push_back(correct ? label : other);
    }
    add_predicted(classifier, std::move(set), seed, std::move(predicted), test_on);
  }

  /// One run that takes the test images for these classes.
  void add_predicted(const std::string& classifier, study::TrainingSet set, std::uint64_t seed,
                     std::vector<std::int32_t> predicted, const std::string& test_on = "REAL") {
    study::RunRecord run;
    run.folder = "runs/" + fmt::format("{}-{}-s{}-{}", classifier, set.name, seed, test_on);
    run.spec.classifier = classifier;
    run.spec.seed = seed;
    for (const auto& [source, amount] : set.sources) {
      run.source_images.push_back(static_cast<std::size_t>(amount.value));
      run.training_images += run.source_images.back();
    }
    run.spec.train_on = std::move(set);
    TestResult result;
    result.run_id = run.id();
    result.classifier = classifier;
    result.train_on = run.spec.train_on.name;
    result.test_on = test_on;
    result.seed = seed;
    const auto& truth = table_.truth[test_on];
    result.predicted = std::move(predicted);
    result.confusion = stats::confusion_matrix(truth, result.predicted, classes_);
    result.scores = stats::classification_scores(result.confusion);
    table_.runs.push_back(std::move(run));
    table_.results.push_back(std::move(result));
  }

  /// The same with REAL and FAKE images; 0 leaves a source out.
  void add_mixture(double real, double fake, std::uint64_t seed, double right, const std::string& test_on = "REAL",
                   std::uint64_t stream = 0, const std::string& classifier = "lenet") {
    add(classifier, mixture(real, fake), seed, right, test_on, stream);
  }
  void add_mixture_predicted(double real, double fake, std::uint64_t seed, std::vector<std::int32_t> predicted) {
    add_predicted("lenet", mixture(real, fake), seed, std::move(predicted));
  }

  const ResultTable& table() {
    table_.cells = make_cells(table_.results, table_.truth, classes_);
    return table_;
  }

 private:
  static study::TrainingSet mixture(double real, double fake) {
    study::TrainingSet set{fmt::format("R{}F{}", real, fake), {}};
    if (fake > 0) set.sources.emplace_back("FAKE", images(fake));
    if (real > 0) set.sources.emplace_back("REAL", images(real));
    return set;
  }

  std::size_t classes_;
  ResultTable table_;
};

}  // namespace ersatz::analysis
