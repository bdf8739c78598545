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

/// Deletes everywhere in an output folder what killed processes left: temporary files, folders that gnuplot drew in
/// (versions up to 0.2), and what remove_scratch() should have deleted. Nothing of processes that live: while
/// another process holds the lock of `out` nothing is deleted at all, and each temporary file has a lock of its own.
/// `mine`: this process holds the lock.
void remove_leftovers(const std::filesystem::path& out, bool mine);

/// Throws Error when `out` exists and is neither empty nor the output folder of this study on these
/// data: another study's name, another data fingerprint, or no study at all. What a start leaves that was killed
/// before study.json was written counts as empty, and runs alone, the remains of a folder that was deleted while a
/// study was at work in it, do no harm. With an empty fingerprint only the name is compared. Writes nothing.
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

  /// Throws Error when the folder is not what it was any more: somebody deleted, renamed or replaced it, or study.json.
  void require_unchanged() const;
  /// To be called when that was so and nobody is at work in the folder any more: what the runs `ids` wrote there while
  /// it was being deleted is deleted too. Nothing where study.json, or another process's lock, is there.
  void finish_deletion(const std::vector<std::string>& ids) const;

 private:
  std::filesystem::path out_;
  std::optional<FileLock> lock_;
};

/// Remembers why a run failed, until it is started again.
void write_failure(const std::filesystem::path& out, const std::string& id, const std::string& message,
                   const std::string& hint);

/// Finished runs in the folder that study.json does not ask for: of earlier versions of the study.
std::size_t count_other_runs(const std::filesystem::path& out, const StudyRecord& record);

}  // namespace ersatz::study
