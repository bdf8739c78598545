#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "study/output_layout.hpp"
#include "study/run_record.hpp"

namespace ersatz::study {

/// Deletes from the folder of a run that has just been finished what only unfinished ones have:
/// checkpoint, lock and the reason of an earlier failure.
void remove_scratch(const std::filesystem::path& folder);

/// Throws Error when `out` exists and is neither empty nor the output folder of this study on these
/// data: another study's name, another data fingerprint, or no study at all. With an empty
/// fingerprint only the name is compared. Writes nothing.
void check_output_folder(const std::filesystem::path& out, const std::string& study_name,
                         const std::string& data_fingerprint);

/// An output folder that this process alone starts runs in. Workers write single runs into it.
class OutputFolder {
 public:
  /// Makes the folder where it is missing, locks it until destruction and writes study.json and the
  /// lists of test images, by source. Throws Error as check_output_folder() does, and when another
  /// process has it locked.
  OutputFolder(std::filesystem::path out, const StudyRecord& record,
               const std::map<std::string, std::vector<TestImage>>& tests);

  const std::filesystem::path& path() const { return out_; }

 private:
  std::filesystem::path out_;
  std::optional<FileLock> lock_;
};

enum class RunState {
  missing,      ///< nothing is there yet
  interrupted,  ///< has a checkpoint; the next `ersatz run` goes on from it
  running,      ///< a worker is at it
  failed,       ///< `reason` says why
  untested,     ///< trained, but without predictions for a source it is asked for
  finished,
};
std::string_view run_state_name(RunState state);

struct RunStatus {
  RunState state = RunState::missing;
  std::string reason;  ///< of a failed run
};

/// Those of `test_on` for which a trained run has no predictions yet.
std::vector<std::string> untested_sources(const RunRecord& record, const std::vector<std::string>& test_on);

/// How far the run `id` is. `test_on`: sources it must have been tested on to be finished.
RunStatus run_status(const std::filesystem::path& out, const std::string& id, const std::vector<std::string>& test_on);

/// Remembers why a run failed, until it is started again.
void write_failure(const std::filesystem::path& out, const std::string& id, const std::string& message,
                   const std::string& hint);

/// Finished runs in the folder that study.json does not ask for: of earlier versions of the study.
std::size_t count_other_runs(const std::filesystem::path& out, const StudyRecord& record);

}  // namespace ersatz::study
