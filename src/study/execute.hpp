#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "data/data_set.hpp"
#include "models/method.hpp"
#include "study/longer_run.hpp"
#include "study/run_record.hpp"
#include "study/run_spec.hpp"
#include "train/trainer.hpp"

namespace ersatz::study {

/// What the caller of execute_run() hears of and adds to a run.
struct RunHooks {
  std::filesystem::path cache;  ///< folder with the features of backbones
  /// Left a state to go on from, where it has none and is not finished.
  std::optional<LongerRun> longer = std::nullopt;
  std::function<void(const train::TrainProgress&)> on_progress;
  std::function<void(const std::string& source)> on_testing;  ///< before the tests on a source
  std::function<void(const std::string& message)> on_warning;
  /// Writes what can be made from the run's results (reports, curves) into its folder, which is
  /// complete but may not have its final name yet.
  std::function<void(const std::filesystem::path& folder, const StudyRecord&)> write_reports;
};

/// Trains one run by its method and tests it, in the output folder `out`, whose study.json and test lists are there,
/// and gives its folder its final name. Goes on from the checkpoint of an earlier attempt. Of a run that is
/// finished only what is missing of spec.test_on, or damaged, is tested; a finished run whose record or weights cannot
/// be read is set aside with a warning, and made anew. The caller has claimed the run; should two be at it all the
/// same, one of them finishes it, and what the other has made, of the same bits, is deleted. Throws Error, or Stopped
/// when a stop is requested; what was trained then stays as a checkpoint.
RunRecord execute_run(const RunSpec& spec, const models::Method& method, const data::DataSet& data,
                      const std::filesystem::path& out, const RunHooks& hooks);

}  // namespace ersatz::study
