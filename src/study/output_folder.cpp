#include "study/output_folder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShown = 12;  // hexadecimal digits of a fingerprint in messages

bool holds_anything(const fs::path& folder) {
  // A lock alone is what a start leaves that was killed before study.json was written.
  return std::any_of(fs::directory_iterator(folder), fs::directory_iterator(),
                     [&](const fs::directory_entry& entry) { return entry.path() != output_lock(folder); });
}

}  // namespace

void remove_scratch(const fs::path& folder) {
  for (const fs::path& path : {checkpoint_file(folder), failure_file(folder), run_lock(folder)}) fs::remove(path);
}

void check_output_folder(const fs::path& out, const std::string& study_name, const std::string& data_fingerprint) {
  const std::string hint = "choose another folder with --out";
  if (!fs::exists(out)) return;
  if (!fs::is_directory(out)) throw Error(fmt::format("{} is a file, not an output folder", out.string()), hint);
  if (!fs::exists(study_file(out))) {
    if (holds_anything(out)) {
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
  std::error_code code;
  fs::create_directories(out_, code);
  if (code) throw Error(fmt::format("cannot make the folder {}: {}", out_.string(), code.message()));
  lock_.emplace(FileLock::attempt(output_lock(out_)));
  if (!lock_->held()) {
    throw Error(fmt::format("another ersatz run is at work in {}", out_.string()),
                "wait until it ends, or stop it; what it finished is kept");
  }
  // Once more under the lock: two first starts may have passed the first check together.
  check_output_folder(out_, record.name, record.data_fingerprint);
  write_study_record(out_, record);
  for (const auto& [source, images] : tests) write_test_images(out_, source, images, record.classes);
}

void write_failure(const fs::path& out, const std::string& id, const std::string& message, const std::string& hint) {
  write_json(failure_file(partial_folder(out, id)), Json{{"message", message}, {"hint", hint}});
}

std::size_t count_other_runs(const fs::path& out, const StudyRecord& record) {
  if (!fs::exists(runs_folder(out))) return 0;
  std::size_t others = 0;
  for (const auto& entry : fs::directory_iterator(runs_folder(out))) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.') || !fs::exists(run_file(entry.path()))) continue;
    if (std::find(record.runs.begin(), record.runs.end(), name) == record.runs.end()) ++others;
  }
  return others;
}

}  // namespace ersatz::study
