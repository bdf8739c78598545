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

/// Makes a folder in a partial_folder() for one attempt to make the results of the run, and returns it.
std::filesystem::path make_attempt_folder(const std::filesystem::path& partial);

/// When clear_partial() is called.
enum class RunIs {
  begun,     ///< the checkpoint stays, and the folders of attempts, which may be of somebody who lives
  finished,  ///< nothing is of use any more
};
/// Deletes what earlier attempts left in a partial_folder(), but for the claim. When nothing is left the folder is
/// deleted too.
void clear_partial(const std::filesystem::path& partial, RunIs run);

/// Deletes everywhere in an output folder what killed processes left: temporary files, folders that gnuplot drew in
/// (versions up to 0.2), what clear_partial() should have deleted, and what only unfinished runs have from the folders
/// of finished ones. Nothing of processes that live: the caller has the lock of `out` alone, or `remove_leftovers()`
/// without it takes the lock, and deletes nothing where others have it.
void remove_leftovers(const std::filesystem::path& out, const FileLock& alone);
void remove_leftovers(const std::filesystem::path& out);

/// Throws Error when `out` exists and is neither empty nor the output folder of this study on these
/// data: another study's name, another data fingerprint, or no study at all. What a start leaves that was killed
/// before study.json was written counts as empty, and runs alone, the remains of a folder that was deleted while a
/// study was at work in it, do no harm. With an empty fingerprint only the name is compared. Writes nothing.
void check_output_folder(const std::filesystem::path& out, const std::string& study_name,
                         const std::string& data_fingerprint);

/// An output folder that this process starts runs in, beside other processes with the same study, here and on other
/// machines. Workers write single runs into it.
class OutputFolder {
 public:
  /// Makes the folder where it is missing and writes study.json and the lists of test images, by source. Where others
  /// are at work in it, study.json must already be the same. They share a lock until destruction. Throws Error as
  /// check_output_folder() does, and when others are at work there on a study that differs.
  OutputFolder(std::filesystem::path out, const StudyRecord& record,
               const std::map<std::string, std::vector<TestImage>>& tests);

  const std::filesystem::path& path() const { return out_; }

  /// Writes study.json anew when a ladder, or stages, ask for more runs. Others may do so at the same time: whoever
  /// reads it computes these runs himself. Throws as require_unchanged() does.
  void update(const StudyRecord& record) const;

  /// Throws Error when the folder is not what it was any more: somebody deleted, renamed or replaced it, or study.json.
  void require_unchanged() const;
  /// To be called when that was so and nobody is at work in the folder any more: what the runs `ids` wrote there while
  /// it was being deleted is deleted too. Nothing where study.json, or another process's lock, is there.
  void finish_deletion(const std::vector<std::string>& ids) const;

 private:
  void begin(const StudyRecord& record, const std::map<std::string, std::vector<TestImage>>& tests);
  bool join(const StudyRecord& record);

  std::filesystem::path out_;
  std::optional<FileLock> lock_;
};

/// Remembers why a run failed, until it is started again.
void write_failure(const std::filesystem::path& out, const std::string& id, const std::string& message,
                   const std::string& hint);

/// The run folders of finished runs, in byte order of their paths, whether the study asks for them or not.
std::vector<std::filesystem::path> finished_folders(const std::filesystem::path& out);

/// How many finished runs there are in the folder that study.json does not ask for: of earlier versions of the study.
std::size_t count_other_runs(const std::filesystem::path& out, const StudyRecord& record);

}  // namespace ersatz::study
