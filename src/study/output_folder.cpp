#include "study/output_folder.hpp"

#include <fmt/format.h>

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/stop.hpp"
#include "study/pack.hpp"
#include "study/slurm_layout.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShown = 12;  // hexadecimal digits of a fingerprint in messages
// How long one process has a folder alone, to write the lists of test images and to tidy up.
constexpr std::chrono::seconds kPatience{30};
constexpr std::string_view kAtWork = "another ersatz run is at work in {}";
constexpr std::string_view kWait =
    "wait until it ends, or stop it; what it finished is kept. If its machine is dead, delete .lock in that folder";

bool holds_runs_alone(const fs::path& runs) {
  return std::all_of(fs::directory_iterator(runs), fs::directory_iterator(), [](const fs::directory_entry& entry) {
    return is_partial_folder(entry.path()) || fs::exists(run_file(entry.path()));
  });
}

bool holds_other_files(const fs::path& out) {
  // A lock and temporary files are what a start leaves that was killed before study.json was written.
  return std::any_of(fs::directory_iterator(out), fs::directory_iterator(), [&](const fs::directory_entry& entry) {
    const fs::path& path = entry.path();
    const bool runs = path == runs_folder(out) && entry.is_directory() && holds_runs_alone(path);
    return !runs && path != output_lock(out) && path != test_looks_file(out) && !is_temporary(path);
  });
}

// The folders below `folder`; none where it is missing.
std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    if (entry.is_directory(code)) folders.push_back(entry.path());
  }
  return folders;
}

// What is asked for of a ladder, or of stages, grows while commands are at work on it.
bool is_same_study(StudyRecord one, StudyRecord other) {
  if (one.ladder && other.ladder) one.runs = other.runs;
  if (one.stages && other.stages) {
    one.runs = other.runs;
    one.trials = other.trials;
    if (one.ladder && other.ladder) one.ladder->arms = other.ladder->arms;
    if (one.stages->seeds && other.stages->seeds) one.stages->seeds->asked = other.stages->seeds->asked;
  }
  return one == other;
}

void remove_leftovers_in(const fs::path& folder) {
  remove_abandoned(folder);
  std::error_code code;
  for (const fs::path& inner : folders_in(folder)) {
    if (is_drawing_folder(inner)) fs::remove_all(inner, code);
  }
}

}  // namespace

void remove_leftovers(const fs::path& out, const FileLock& alone) {
  if (!alone.is_real()) return;
  for (const fs::path& folder : {out, data_folder(out), tables_folder(out), figures_folder(out),
                                 figure_source_folder(out), runs_folder(out), slurm_folder(out)}) {
    remove_leftovers_in(folder);
  }
  for (const fs::path& folder : folders_in(runs_folder(out))) {
    remove_leftovers_in(folder);
    std::error_code code;
    if (!is_partial_folder(folder)) {
      if (!fs::exists(run_file(folder), code)) continue;
      for (const fs::path& file : {checkpoint_file(folder), failure_file(folder), run_lock(folder)}) fs::remove(file);
    } else if (fs::exists(run_file(run_folder(out, run_id(folder))), code) && !fs::exists(failure_file(folder), code)) {
      fs::remove_all(folder, code);
    } else {
      for (const fs::path& inner : folders_in(folder)) {
        if (is_attempt_folder(inner)) fs::remove_all(inner, code);
      }
    }
  }
}

void remove_leftovers(const fs::path& out) {
  std::error_code code;
  if (!fs::exists(study_file(out), code)) return;
  std::optional<FileLock> lock;
  try {
    lock.emplace(FileLock::attempt(output_lock(out)));
  } catch (const Error&) {  // who may not write here cannot tidy up
    return;
  }
  if (lock->held()) remove_leftovers(out, *lock);
}

fs::path make_attempt_folder(const fs::path& partial) {
  std::string folder = attempt_folder(partial, "XXXXXX");
  if (::mkdtemp(folder.data()) == nullptr) {
    throw Error(fmt::format("cannot make the folder {}: {}", folder, errno_text()));
  }
  fs::permissions(folder, fs::status(partial).permissions());  // mkdtemp() lets nobody else read it
  return folder;
}

void clear_partial(const fs::path& partial, RunIs run) {
  std::vector<fs::path> stale;
  std::error_code code;  // another may be clearing it too
  for (const fs::directory_entry& entry : fs::directory_iterator(partial, code)) {
    const fs::path& path = entry.path();
    const bool of_use = run == RunIs::begun && (path == checkpoint_file(partial) || is_attempt_folder(path));
    if (path != claim_file(partial) && !of_use) stale.push_back(path);
  }
  for (const fs::path& path : stale) fs::remove_all(path, code);
  if (run == RunIs::finished) fs::remove(partial, code);  // only when it is empty
}

void check_output_folder(const fs::path& out, const std::string& study_name, const std::string& data_fingerprint) {
  const std::string hint = "choose another folder with --out";
  if (!fs::exists(out)) return;
  if (is_pack(out)) read_study_record(out);  // (throws)
  if (!fs::is_directory(out)) throw Error(fmt::format("{} is a file, not an output folder", out.string()), hint);
  if (!fs::exists(study_file(out))) {
    if (holds_other_files(out)) {
      throw Error(
          fmt::format("{} holds other files and no study.json: it is not an output folder of ersatz", out.string()),
          hint);
    }
    return;
  }
  const StudyRecord record = read_study_record(out);
  if (record.name != study_name) {
    throw Error(fmt::format("{} belongs to the study \"{}\", but this is the study \"{}\"", out.string(), record.name,
                            study_name),
                hint);
  }
  if (!data_fingerprint.empty() && record.data_fingerprint != data_fingerprint) {
    throw Error(fmt::format("{} was made with other data (fingerprint {}, now {})", out.string(),
                            record.data_fingerprint.substr(0, kShown), data_fingerprint.substr(0, kShown)),
                hint);
  }
}

OutputFolder::OutputFolder(fs::path out, const StudyRecord& record,
                           const std::map<std::string, std::vector<TestImage>>& tests)
    : out_(std::move(out)) {
  check_output_folder(out_, record.name, record.data_fingerprint);
  make_folders(out_);
  const auto last = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    lock_.emplace(FileLock::attempt(output_lock(out_)));
    if (lock_->held()) {
      begin(record, tests);
      return;
    }
    lock_.emplace(FileLock::attempt_shared(output_lock(out_)));
    if (lock_->held() && join(record)) return;
    // Another has it alone: it begins, or tidies up, or is of an earlier version.
    if (stop_requested()) throw Stopped();
    if (std::chrono::steady_clock::now() > last) throw Error(fmt::format(kAtWork, out_.string()), std::string(kWait));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void OutputFolder::begin(const StudyRecord& record, const std::map<std::string, std::vector<TestImage>>& tests) {
  // Once more under the lock: two first starts may have passed the first check together.
  check_output_folder(out_, record.name, record.data_fingerprint);
  remove_leftovers(out_, *lock_);
  write_study_record(out_, record);
  make_folder(runs_folder(out_));
  for (const auto& [source, images] : tests) write_test_images(out_, source, images, record.classes);
  lock_->share();
  if (!join(record)) throw Error(fmt::format(kAtWork, out_.string()), std::string(kWait));
}

bool OutputFolder::join(const StudyRecord& record) {
  if (!fs::exists(study_file(out_))) return false;  // whoever began was killed
  if (is_same_study(read_study_record(out_), record)) return true;
  throw Error(fmt::format("another ersatz run is at work in {}, on this study as it was before it was changed (or with "
                          "another version of ersatz)",
                          out_.string()),
              std::string(kWait));
}

void OutputFolder::update(const StudyRecord& record) const {
  require_unchanged();
  write_study_record(out_, record);
}

void OutputFolder::require_unchanged() const {
  std::error_code code;
  // In this order: where the folder goes away between the two looks, it is the folder that is missing.
  const bool study = fs::exists(study_file(out_), code);
  const bool folder = lock_->is_at(output_lock(out_));
  if (study && folder) return;
  const std::string what = folder ? study_file(out_).string() : out_.string();
  throw Error(fmt::format("{} was deleted or renamed while a study was at work in it", what),
              "the same command starts anew");
}

void OutputFolder::finish_deletion(const std::vector<std::string>& ids) const {
  std::error_code code;
  if (fs::exists(study_file(out_), code) || fs::exists(output_lock(out_), code)) return;
  for (const std::string& id : ids) fs::remove_all(partial_folder(out_, id), code);
  fs::remove(runs_folder(out_), code);  // only when it is empty
  fs::remove(out_, code);
}

void write_failure(const fs::path& out, const std::string& id, const std::string& message, const std::string& hint) {
  write_json(failure_file(partial_folder(out, id)), Json{{"message", message}, {"hint", hint}});
}

std::vector<fs::path> finished_folders(const fs::path& out) {
  std::vector<fs::path> folders;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(runs_folder(out), code)) {
    if (entry.is_directory() && !entry.path().filename().string().starts_with('.')) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  return folders;
}

std::size_t count_other_runs(const fs::path& out, const StudyRecord& record) {
  const std::vector<std::string> ids = record.asked_for();
  const std::set<std::string> asked_for(ids.begin(), ids.end());
  return static_cast<std::size_t>(std::ranges::count_if(finished_folders(out), [&](const fs::path& folder) {
    return !asked_for.contains(run_id(folder)) && fs::exists(run_file(folder));
  }));
}

}  // namespace ersatz::study
