#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "study/run_record.hpp"

namespace ersatz::study {

struct Session;

enum class RunState {
  missing,      ///< nothing is there yet
  interrupted,  ///< has a checkpoint; the next `ersatz run` goes on from it
  running,      ///< somebody has claimed it, and is not known to have ended
  failed,       ///< `reason` says why
  untested,     ///< trained, but without predictions for a source it is asked for
  damaged,      ///< finished once, but files of it are missing or unreadable; `reason` says which
  unreadable,   ///< the system does not hand out its files, which may be whole; `reason` has its words
  finished,
};
std::string_view run_state_name(RunState state);

struct RunStatus {
  RunState state = RunState::missing;
  std::string reason;        ///< of a failed, a damaged or an unreadable run
  bool trained = false;      ///< its folder is there and its record whole: at most tests are missing, and can be made
  std::string host{};        ///< of a running one: the machine, where it says so
  std::int64_t process = 0;  ///< likewise
};

/// What predictions look like when they are whole. Nothing is compared of sources that have no number.
struct WholePredictions {
  std::map<std::string, std::size_t> images;  ///< tested on, by source
  std::size_t classes = 0;
  TestSetFingerprints test_sets{};  ///< what these hold; predictions for other images are none
};
/// By the lists of test images of an output folder. A list that cannot be read has no number.
WholePredictions whole_predictions(const std::filesystem::path& out, const StudyRecord& record);
/// As the session's runs are tested.
WholePredictions whole_predictions(const Session& session);

/// What is wrong with the predictions that a run says it made for a source; nothing when they are there and whole.
/// Looks at the header and the size of the file only.
std::optional<std::string> damage_of_predictions(const RunRecord& record, const std::string& source,
                                                 const WholePredictions& whole);

/// Those of `test_on` for which a trained run has no predictions yet, or none that are whole.
std::vector<std::string> untested_sources(const RunRecord& record, const std::vector<std::string>& test_on,
                                          const WholePredictions& whole);

/// How far the run `id` is. `test_on`: sources it must have been tested on to be finished.
RunStatus run_status(const std::filesystem::path& out, const std::string& id, const std::vector<std::string>& test_on,
                     const WholePredictions& whole);

/// Whether the run is finished, whoever may be at work on it again.
bool is_finished(const std::filesystem::path& out, const std::string& id, const std::vector<std::string>& test_on,
                 const WholePredictions& whole);

/// Why a run failed, as write_failure() wrote it; "unknown reason" where that cannot be read.
struct Failure {
  std::string message, hint;
};
Failure read_failure(const std::filesystem::path& file);

/// The record of a run that is trained. Throws Error naming the file when run.json or history.csv is missing,
/// damaged or cut short, UnreadableFile when the system does not hand them out.
RunRecord read_finished_run(const std::filesystem::path& folder);

/// A run whose folder cannot be used, and why.
struct DamagedRun {
  std::string id, reason;
  bool unreadable = false;  ///< the system does not hand out its files, which may be whole
};

/// The runs below DIR/runs that study.json asks for, in plan order.
struct FinishedRuns {
  std::vector<RunRecord> runs;
  std::vector<DamagedRun> damaged;  ///< whose run.json or history.csv cannot be read
};
FinishedRuns read_finished_runs(const std::filesystem::path& folder);
/// The same of the runs `ids`, in their order.
FinishedRuns read_finished_runs(const std::filesystem::path& folder, const std::vector<std::string>& ids);

/// Gives the folder of a run that is damaged, or that `packed` has no weights of, another name beside its own, which is
/// free then. Returns the new one.
std::filesystem::path set_aside(const std::filesystem::path& out, const std::string& id, bool packed = false);

}  // namespace ersatz::study
