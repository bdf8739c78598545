#include "study/pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/npy.hpp"
#include "base/npy_integers.hpp"
#include "data/archive/tar_xz.hpp"
#include "study/check.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/pack_format.hpp"
#include "study/predicted.hpp"
#include "study/test_looks.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

using Files = std::map<std::string, std::string>;  // contents by name, in byte order

std::string name_of(const fs::path& path) { return path.filename().string(); }

// Of a test set that the study no longer has, or has with other images, a pack has no list of images.
void forget_other_test_sets(RunRecord& record, const TestSetFingerprints& now) {
  const TestSetFingerprints tested = record.test_sets;
  for (const auto& [name, fingerprint] : tested) {
    const auto set = now.find(name);
    if (set == now.end() || set->second != fingerprint) forget_predictions(record, name);
  }
}

// The files of a run as a pack has them, but for run.json. `probabilities`: whether it has those that were asked for.
Files kept_files(const RunRecord& record, std::size_t classes, const PackOptions& options, bool& probabilities) {
  const fs::path& folder = record.folder;
  Files files{{name_of(history_file(folder)), read_file(history_file(folder))}};
  if (fs::exists(model_card_file(folder))) files[name_of(model_card_file(folder))] = read_file(model_card_file(folder));
  for (const std::string& source : record.tested_on) {
    const fs::path named = classes_file(folder, source), values = probabilities_file(folder, source);
    if (record.packed) {
      files[name_of(named)] = read_file(named);
      if (!options.probabilities) continue;
      if (!fs::exists(values)) {
        probabilities = false;
        continue;
      }
      files[name_of(values)] = read_file(values);
    } else {
      const Matrix matrix = read_npy(predictions_file(folder, source));
      files[name_of(named)] = npy_of_integers(classes_of(matrix), static_cast<std::int64_t>(classes));
      if (options.probabilities) files[name_of(values)] = npy_of_halves(matrix);
    }
  }
  return files;
}

// run.json as it is, but for the hashes of its files.
std::string packed_record(const RunRecord& record, const Files& kept) {
  Json value = read_json(run_file(record.folder));
  std::map<std::string, std::string> hashes;
  for (const auto& [name, bytes] : kept) hashes[name] = to_hex(sha256(bytes));
  Packed packed = record.packed.value_or(Packed{});
  if (!record.packed) {
    for (const auto& [name, hash] : record.sha256) {
      if (!kept.contains(name)) packed.sha256[name] = hash;
    }
  }
  value["tested_on"] = record.tested_on;
  if (value.contains("correct")) value["correct"] = record.correct;
  if (value.contains("test_sets")) value["test_sets"] = record.test_sets;
  value["sha256"] = hashes;
  value["packed"] = to_json(packed);
  return value.dump(2) + "\n";
}

/// What of an output folder goes into a pack.
class Packing {
 public:
  Packing(fs::path out, const PackOptions& options) : out_(std::move(out)), options_(options) {
    study_ = read_study_record(out_);
    const FolderCheck found = check_folder(out_, CheckOf::all_but_weights);
    for (const Damage& damage : found.damages) {
      if (damage.run.empty()) {
        throw Error(fmt::format("{} {}: {}", damage.file.string(), damage.unreadable ? "cannot be read" : "is damaged",
                                damage.what),
                    damage.remedy);
      }
      if (!damaged_.insert(damage.run).second) continue;
      summary_.damaged.push_back(
          {damage.run, fmt::format("{}: {}", damage.file.string(), damage.what), damage.unreadable});
    }
    for (const fs::path& folder : finished_folders(out_)) {
      if (!damaged_.contains(run_id(folder))) runs_.push_back(folder);
    }
    if (runs_.empty()) {
      throw Error(fmt::format("{} has no finished run to pack", out_.string()), "ersatz run on the study makes them");
    }
    // In byte order of the paths of their files: "/" comes after "-".
    std::ranges::sort(runs_, {}, [](const fs::path& folder) { return name_of(folder) + "/"; });
    count();
  }

  PackSummary& summary() { return summary_; }
  const StudyRecord& study() const { return study_; }

  // Hands over every file with its path below the pack's folder, in byte order of the paths.
  void each_file(const std::function<void(const std::string& path, const std::string& bytes)>& take) {
    Files tests;
    std::vector<std::string> names = study_.sources;
    for (const KnownTestSet& known : study_.test_sets) names.push_back(known.set.name);
    for (const std::string& source : names) {
      const fs::path file = test_images_file(out_, source);
      if (fs::exists(file)) tests[name_of(file)] = read_file(file);
    }
    for (const auto& [name, bytes] : tests) take(fmt::format("data/{}", name), bytes);
    summary_.without_probabilities = 0;
    for (const fs::path& folder : runs_) {
      RunRecord record = read_finished_run(folder);
      forget_other_test_sets(record, fingerprints_of(study_.test_sets));
      bool probabilities = options_.probabilities;
      Files files = kept_files(record, study_.classes.size(), options_, probabilities);
      files[name_of(run_file(folder))] = packed_record(record, files);
      if (options_.probabilities && !probabilities) ++summary_.without_probabilities;
      for (const auto& [name, bytes] : files) take(fmt::format("runs/{}/{}", record.id(), name), bytes);
    }
    take(name_of(study_file(out_)), read_file(study_file(out_)));
    const std::string looks = text_of(read_test_looks(out_));
    if (!looks.empty()) take(name_of(test_looks_file(out_)), looks);
  }

 private:
  void count() {
    summary_.study = study_.name;
    summary_.runs = runs_.size();
    const std::vector<std::string> ids = study_.asked_for();
    const std::set<std::string> asked(ids.begin(), ids.end());
    std::set<std::string> found;
    for (const fs::path& folder : runs_) found.insert(name_of(folder));
    for (const std::string& id : found) summary_.others += !asked.contains(id);
    for (const std::string& id : asked) summary_.unfinished += !found.contains(id) && !damaged_.contains(id);
  }

  fs::path out_;
  PackOptions options_;
  StudyRecord study_;
  std::vector<fs::path> runs_;
  std::set<std::string> damaged_;
  PackSummary summary_;
};

void require_packable(const std::string& path, const std::string& bytes) {
  const auto most = most_bytes_in_pack(path);
  if (!most) throw Error(fmt::format("{} has a name that no pack may hold", path));
  if (bytes.size() > *most) throw Error(fmt::format("{} is too large for a pack", path));
}

}  // namespace

PackSummary write_pack(const fs::path& out, const fs::path& file, const PackOptions& options) {
  if (fs::exists(file) && !is_pack(file)) {
    throw Error(fmt::format("{} is there and is no pack: it is not overwritten", file.string()),
                "choose another name with -o");
  }
  Packing packing(out, options);
  const std::string& study = packing.study().name;
  // Twice, because what comes first says what follows, and a large study need not be in memory.
  PackDigest digest;
  packing.each_file([&](const std::string& path, const std::string& bytes) {
    require_packable(path, bytes);
    digest.add(path, bytes);
  });
  const PackManifest manifest = digest.finish(study);
  if (manifest.files > kMostPackFiles || manifest.bytes > kMostPackBytes) {
    throw Error(fmt::format("{} is too large for a pack", out.string()));
  }
  data::TarXzWriter archive(file);
  archive.add(fmt::format("{}/{}", study, kPackManifest), to_text(manifest));
  PackDigest again;
  packing.each_file([&](const std::string& path, const std::string& bytes) {
    again.add(path, bytes);
    archive.add(fmt::format("{}/{}", study, path), bytes);
  });
  if (again.finish(study) != manifest) {
    throw Error(fmt::format("{} changed while it was packed", out.string()), "is a study at work in it? pack it again");
  }
  archive.commit();
  packing.summary().bytes = fs::file_size(file);
  return packing.summary();
}

fs::path default_pack_name(const fs::path& out) { return read_study_record(out).name + ".pack.tar.xz"; }

}  // namespace ersatz::study
