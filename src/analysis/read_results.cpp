#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "analysis/other_budgets.hpp"
#include "analysis/real_source.hpp"
#include "analysis/results.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "models/classifier.hpp"
#include "study/ladder_state.hpp"
#include "study/output_layout.hpp"
#include "study/predicted.hpp"
#include "study/run_status.hpp"

namespace ersatz::analysis {
namespace fs = std::filesystem;
namespace {

/// A run's predictions cannot be used: the run is left out, and others are not.
struct DamagedPredictions : Error {
  explicit DamagedPredictions(const std::string& reason)
      : Error(reason, "delete the run's folder and run the study again") {}
};

// The true labels of each test set, read once for all runs.
class TestSets {
 public:
  TestSets(fs::path out, std::vector<std::string> classes, study::TestSetFingerprints fingerprints)
      : out_(std::move(out)), classes_(std::move(classes)), fingerprints_(std::move(fingerprints)) {}

  const study::TestSetFingerprints& fingerprints() const { return fingerprints_; }

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
  study::TestSetFingerprints fingerprints_;
  std::map<std::string, std::vector<std::int32_t>> labels_;
};

TestResult read_one(TestSets& sets, const study::RunRecord& run, const std::string& source, std::size_t classes) {
  const auto& truth = sets.labels(source);
  const study::WholePredictions whole{{{source, truth.size()}}, classes, {}};
  if (const auto damage = study::damage_of_predictions(run, source, whole)) throw DamagedPredictions(*damage);
  study::Predicted predicted;
  try {
    predicted = study::read_predicted(run, source, classes);
  } catch (const Error& problem) {
    throw DamagedPredictions(problem.what());
  }
  TestResult result;
  result.run_id = run.id();
  result.classifier = run.spec.classifier;
  result.train_on = run.spec.train_on.name;
  result.test_on = source;
  result.seed = run.spec.seed;
  result.epochs = run.epochs_run;
  result.predictions = Predictions(run.packed ? study::probabilities_file(run.folder, source)
                                              : study::predictions_file(run.folder, source));
  result.predicted = std::move(predicted.classes);
  result.confusion = stats::confusion_matrix(truth, result.predicted, classes);
  result.scores = stats::classification_scores(result.confusion, stats::classes_with_images(result.confusion));
  result.not_numbers = predicted.not_numbers;
  return result;
}

// The results of a run on all sources that it is asked for and tested on. What it lacks, and what diverged, is noted.
std::vector<TestResult> read_run(TestSets& sets, const study::RunRecord& run, const study::StudyRecord& study,
                                 std::vector<std::string>& notes) {
  std::vector<TestResult> results;
  // A run may have been tested on more than the study asks for now.
  for (const auto& source : study.test_on.empty() ? run.tested_on : study.test_on) {
    if (!study::is_tested_on(run, source, sets.fingerprints())) {
      notes.push_back(fmt::format("{} is not tested on {} yet", run.id(), source));
      continue;
    }
    TestResult result = read_one(sets, run, source, study.classes.size());
    if (result.not_numbers > 0) {
      notes.push_back(fmt::format("{} diverged: {} of {} predictions on {} are not numbers", result.run_id,
                                  format_count(result.not_numbers), format_count(result.confusion.total()),
                                  result.test_on));
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace

void refuse_if_all_damaged(const fs::path& out, std::size_t readable, const std::vector<study::DamagedRun>& damaged) {
  if (readable > 0 || damaged.empty()) return;
  const bool one = damaged.size() == 1;
  throw Error(fmt::format("{} in {} {} damaged: {}: {}", one ? "the only finished run" : "all finished runs",
                          out.string(), one ? "is" : "are", damaged.front().id, damaged.front().reason),
              "the study's ersatz run makes them again");
}

std::vector<std::string> damage_sentences(const std::vector<study::DamagedRun>& damaged) {
  std::vector<std::string> sentences;
  for (const study::DamagedRun& run : damaged) {
    sentences.push_back(fmt::format("{} {} left out: {}", run.id,
                                    run.unreadable ? "cannot be read and is" : "is damaged and", run.reason));
  }
  return sentences;
}

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
  TestSets sets(out, classes, {});
  std::vector<TestResult> results;
  for (const auto& source : sources) results.push_back(read_one(sets, run, source, classes.size()));
  return results;
}

ResultTable read_results(const fs::path& out, std::optional<std::int64_t> steps) {
  ResultTable table;
  table.study = study::read_study_record(out);
  table.notes = table.study.notes;
  study::FinishedRuns finished = study::read_finished_runs(out);
  table.damaged = std::move(finished.damaged);
  std::set<std::string> there;
  for (const study::RunRecord& run : finished.runs) there.insert(run.id());
  for (const study::DamagedRun& run : table.damaged) there.insert(run.id);
  for (const auto& id : table.study.runs) {
    if (!there.contains(id)) table.missing.push_back(id);
  }
  read_as_asked(table.study, finished.runs);
  table.tuned = tuned_arms(out, table.study);
  table.budget = choose_budget(out, table.study, finished.runs, steps);
  if (table.study.ladder) {
    for (const std::string& id : study::unjudged_runs(out, *table.study.ladder)) {
      table.notes.push_back(fmt::format(
          "the ladder waits for {}, which is finished: it cannot be read, or has no validation accuracy", id));
    }
  }
  TestSets sets(out, table.study.classes, study::fingerprints_of(table.study.test_sets));
  for (study::RunRecord& run : finished.runs) {
    try {
      std::vector<std::string> notes;
      std::vector<TestResult> results = read_run(sets, run, table.study, notes);
      std::ranges::move(notes, std::back_inserter(table.notes));
      std::ranges::move(results, std::back_inserter(table.results));
      table.runs.push_back(std::move(run));
    } catch (const DamagedPredictions& damage) {
      table.damaged.push_back({run.id(), damage.what()});
    }
  }
  refuse_if_all_damaged(out, table.runs.size(), table.damaged);
  for (const std::string& sentence : damage_sentences(table.damaged)) table.notes.push_back(sentence);
  table.truth = std::move(sets).all();
  table.cells = make_cells(table.results, table.truth, table.study.classes.size());
  // Where study.json names the real source, its notes say how it was chosen.
  if (const std::string note = study::guess_note(real_source(table)); !note.empty()) table.notes.push_back(note);
  return table;
}

ResultTable with_other_budgets(const fs::path& out, ResultTable table) {
  std::set<std::string> known;
  for (const study::RunRecord& run : table.runs) known.insert(run.id());
  for (const study::DamagedRun& run : table.damaged) known.insert(run.id);
  table.cells.clear();
  TestSets sets(out, table.study.classes, study::fingerprints_of(table.study.test_sets));
  study::FinishedRuns finished = study::read_finished_runs(out);
  for (study::RunRecord& run : finished.runs) {
    if (known.contains(run.id()) || !run.spec.settings.steps) continue;
    try {
      std::vector<std::string> notes;
      std::ranges::move(read_run(sets, run, table.study, notes), std::back_inserter(table.results));
      table.runs.push_back(std::move(run));
    } catch (const DamagedPredictions&) {  // the table of its budget says so
    }
  }
  std::map<std::string, std::size_t> place;
  for (const std::string& id : table.study.runs) place.emplace(id, place.size());
  std::ranges::stable_sort(table.runs, {}, [&](const study::RunRecord& run) { return place[run.id()]; });
  std::ranges::stable_sort(table.results, {}, [&](const TestResult& result) { return place[result.run_id]; });
  auto labels_of = std::move(sets).all();
  for (auto& [source, labels] : labels_of) table.truth.try_emplace(source, std::move(labels));
  return table;
}

}  // namespace ersatz::analysis
