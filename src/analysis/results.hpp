#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/budget_view.hpp"
#include "analysis/tuned_arm.hpp"
#include "base/npy.hpp"
#include "stats/classification.hpp"
#include "stats/crossed.hpp"
#include "stats/interval.hpp"
#include "study/run_record.hpp"
#include "study/run_status.hpp"

namespace ersatz::analysis {

/// What a run says of every test image of a source: predictions-<SOURCE>.npy (of a packed run
/// probabilities-<SOURCE>.npy, which is there only where it was asked for), read when it is asked for. All of a study's
/// at once may be gigabytes. They are read and not memory-mapped: whoever needs them goes through each once, and a run
/// that is trained again meanwhile would cut a mapped file short, which ends the program.
class Predictions {
 public:
  Predictions() = default;
  explicit Predictions(std::filesystem::path file) : file_(std::move(file)) {}

  const std::filesystem::path& file() const { return file_; }
  /// Probabilities [test images, classes], in the order of ResultTable::truth. NaN where the run diverged. Throws Error
  /// naming the file.
  Matrix probabilities() const { return read_npy(file_); }

 private:
  std::filesystem::path file_;
};

/// One run tested on one source.
struct TestResult {
  std::string run_id, classifier, train_on, test_on;
  std::uint64_t seed = 0;
  int epochs = 0;  ///< epochs run
  Predictions predictions;
  std::vector<std::int32_t>
      predicted;  ///< the class that each test image was called, in the order of ResultTable::truth
  stats::Confusion confusion;
  stats::ClassificationScores scores;
  std::size_t not_numbers = 0;  ///< images whose probabilities are NaN: the run diverged
};

/// All runs of one classifier x training set x test set: they differ in their seed.
struct Cell {
  std::string classifier, title;  ///< "lenet", "LeNet"
  std::string train_on, test_on;
  std::vector<std::size_t> results;  ///< indices into ResultTable::results, in plan order
  std::uint64_t test_images = 0;
  stats::Summary accuracy, macro_f1, weighted_f1, epochs;
  std::vector<stats::Summary> class_f1;  ///< [classes]; of no seed (n = 0) where the test set has no image of the class
  stats::CrossedEstimate accuracy_estimate;  ///< over seeds and test images
  stats::Interval accuracy_interval;         ///< 95 %, of this cell alone (stats::share_interval)
  std::vector<double> confusion;             ///< [classes, classes]: rows normalised, then averaged over seeds

  std::size_t seeds() const { return results.size(); }
};

/// Everything that tables, figures and the page say about a study.
struct ResultTable {
  study::StudyRecord study;
  /// Finished and of the budget, in plan order, with training sets as the study file has them (read_as_asked).
  std::vector<study::RunRecord> runs;
  std::vector<TestResult> results;                         ///< each run x each source the study tests on, in plan order
  std::vector<Cell> cells;                                 ///< classifiers, training and test sets in plan order
  std::vector<study::DamagedRun> damaged;                  ///< runs that were finished and are left out
  std::vector<std::string> missing;                        ///< ids that the study asks for and that are not finished
  std::vector<std::string> notes;                          ///< study.notes, then what was found while reading
  std::map<std::string, std::vector<std::int32_t>> truth;  ///< true labels of each test set's images
  BudgetView budget;            ///< of which budget the runs are, where the study has several
  std::vector<TunedArm> tuned;  ///< of a study that tunes
  std::string title(const std::string& classifier) const;
};

/// Reads DIR/study.json, the finished runs and their predictions. A run of which a file is missing, unreadable or does
/// not fit is left out, and a note says so. Of a study with several budgets the runs of one are read: of `steps`, or as
/// choose_budget() chooses. Throws Error naming the file when study.json or a list of test images cannot be read, when
/// every finished run is damaged, and when none has `steps`.
ResultTable read_results(const std::filesystem::path& out, std::optional<std::int64_t> steps = std::nullopt);

/// Throws Error, naming the first of the `damaged` runs, when there are some and no other run is `readable`.
void refuse_if_all_damaged(const std::filesystem::path& out, std::size_t readable,
                           const std::vector<study::DamagedRun>& damaged);

/// "nn-REAL-s1-01234567 is damaged and left out: ...", or "... cannot be read and is left out: ...", for each run.
/// Those of ResultTable::damaged are among its notes.
std::vector<std::string> damage_sentences(const std::vector<study::DamagedRun>& damaged);

/// The results of one run on `sources`, in their order. `out` has the test sets in its data folder. Throws Error naming
/// the file when one is missing or does not fit the others.
std::vector<TestResult> read_test_results(const std::filesystem::path& out, const study::RunRecord& run,
                                          const std::vector<std::string>& sources,
                                          const std::vector<std::string>& classes);

/// The classifiers of the table's cells, in plan order.
std::vector<std::string> classifiers_of(const ResultTable& table);

/// The seeds for which every one of these cells has a run, in increasing order.
std::vector<std::uint64_t> common_seeds(const ResultTable& table, const std::vector<const Cell*>& cells);

/// The result of the cell's run with this seed, which must be there.
const TestResult& result_of(const ResultTable& table, const Cell& cell, std::uint64_t seed);

/// What is known of a number of the cell's runs that is a mean of values of their images (stats/influence.hpp), over
/// seeds and test images.
stats::CrossedEstimate crossed_estimate(
    const ResultTable& table, const Cell& cell,
    const std::function<void(const TestResult& run, std::span<double> out)>& values);
/// 95 % interval of the cell's macro F1, kept within 0..1; of one run over its test images alone.
stats::Interval macro_f1_interval(const ResultTable& table, const Cell& cell);

/// Groups results into cells, classifiers, training sets and test sets each in order of first
/// appearance. `truth` has the labels of every test set, `classes` is their number of classes.
std::vector<Cell> make_cells(const std::vector<TestResult>& results,
                             const std::map<std::string, std::vector<std::int32_t>>& truth, std::size_t classes);

/// "lenet" -> "LeNet"; a name that this version does not know stays as it is.
std::string classifier_title(const std::string& classifier);

}  // namespace ersatz::analysis
