#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/results.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "models/classifier.hpp"
#include "study/output_layout.hpp"

namespace ersatz::analysis {
namespace fs = std::filesystem;
namespace {

// The true labels of each test set, read once for all runs.
class TestSets {
 public:
  TestSets(fs::path out, std::vector<std::string> classes) : out_(std::move(out)), classes_(std::move(classes)) {}

  const std::vector<std::int32_t>& labels(const std::string& source) {
    const auto [entry, is_new] = labels_.try_emplace(source);
    if (is_new) {
      for (const auto& image : study::read_test_images(out_, source, classes_)) {
        if (image.tested) entry->second.push_back(image.label);
      }
    }
    return entry->second;
  }

  std::map<std::string, std::vector<std::int32_t>> all() && { return std::move(labels_); }

 private:
  fs::path out_;
  std::vector<std::string> classes_;
  std::map<std::string, std::vector<std::int32_t>> labels_;
};

TestResult read_one(TestSets& sets, const study::RunRecord& run, const std::string& source, std::size_t classes) {
  const Predictions predictions(study::predictions_file(run.folder, source));
  const Matrix probabilities = predictions.probabilities();
  const auto& truth = sets.labels(source);
  if (probabilities.rows != truth.size() || probabilities.columns != classes) {
    throw Error(fmt::format("{} has {} rows of {} classes, but the test set {} has {} images of {} classes",
                            predictions.file().string(), probabilities.rows, probabilities.columns, source,
                            truth.size(), classes),
                "delete the run's folder and run the study again");
  }
  TestResult result;
  result.run_id = run.id();
  result.classifier = run.spec.classifier;
  result.train_on = run.spec.train_on.name;
  result.test_on = source;
  result.seed = run.spec.seed;
  result.epochs = run.epochs_run;
  result.predictions = predictions;
  result.predicted = stats::argmax_rows(probabilities);
  result.confusion = stats::confusion_matrix(truth, result.predicted, classes);
  result.scores = stats::classification_scores(result.confusion, stats::classes_with_images(result.confusion));
  for (std::size_t i = 0; i < probabilities.rows; ++i) {
    result.not_numbers += std::ranges::any_of(probabilities.row(i), [](float p) { return std::isnan(p); });
  }
  return result;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string classifier_title(const std::string& classifier) {
  return models::is_classifier(classifier) ? models::classifier_title(classifier) : classifier;
}

std::string ResultTable::title(const std::string& classifier) const {
  for (const Cell& cell : cells) {
    if (cell.classifier == classifier) return cell.title;
  }
  return classifier_title(classifier);
}

std::vector<TestResult> read_test_results(const fs::path& out, const study::RunRecord& run,
                                          const std::vector<std::string>& sources,
                                          const std::vector<std::string>& classes) {
  TestSets sets(out, classes);
  std::vector<TestResult> results;
  for (const auto& source : sources) results.push_back(read_one(sets, run, source, classes.size()));
  return results;
}

ResultTable read_results(const fs::path& out) {
  ResultTable table;
  table.study = study::read_study_record(out);
  table.runs = study::read_finished_runs(out);
  table.notes = table.study.notes;
  TestSets sets(out, table.study.classes);
  for (const auto& run : table.runs) {
    // A run may have been tested on more than the study asks for now.
    for (const auto& source : table.study.test_on.empty() ? run.tested_on : table.study.test_on) {
      if (!contains(run.tested_on, source)) {
        table.notes.push_back(fmt::format("{} is not tested on {} yet", run.id(), source));
        continue;
      }
      TestResult result = read_one(sets, run, source, table.study.classes.size());
      if (result.not_numbers > 0) {
        table.notes.push_back(fmt::format("{} diverged: {} of {} predictions on {} are not numbers", result.run_id,
                                          format_count(result.not_numbers), format_count(result.confusion.total()),
                                          result.test_on));
      }
      table.results.push_back(std::move(result));
    }
  }
  table.truth = std::move(sets).all();
  for (const auto& id : table.study.runs) {
    if (std::ranges::none_of(table.runs, [&](const auto& run) { return run.id() == id; })) table.missing.push_back(id);
  }
  table.cells = make_cells(table.results, table.study.classes.size());
  return table;
}

}  // namespace ersatz::analysis
