#include "study/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "nn/safetensors.hpp"
#include "stats/classification.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr double kSumError = 1e-3;  // how far the probabilities of an image may be from 1 together

/// What the whole folder says, and every run must fit.
struct Whole {
  StudyRecord study;
  std::map<std::string, std::vector<std::int32_t>> labels;  // of the test images, by source
};

class Check {
 public:
  explicit Check(fs::path out) : out_(std::move(out)) {}

  FolderCheck run() {
    if (!fs::exists(study_file(out_))) read_study_record(out_);  // (throws)
    std::optional<Whole> whole = read_whole();
    for (const fs::path& folder : run_folders()) {
      ++result_.runs;
      check_run(folder, whole ? &*whole : nullptr);
    }
    if (whole) {
      result_.unfinished = static_cast<std::size_t>(std::ranges::count_if(
          whole->study.runs, [&](const std::string& id) { return !fs::exists(run_folder(out_, id)); }));
    }
    return std::move(result_);
  }

 private:
  std::optional<Whole> read_whole() {
    Whole whole;
    try {
      whole.study = read_study_record(out_);
    } catch (const Error& problem) {
      add(study_file(out_), problem,
          fmt::format("delete everything in {} but {}, then run again", out_.string(), runs_folder(out_).string()));
      return std::nullopt;
    }
    result_.study = whole.study.name;
    for (const std::string& source : whole.study.test_on) {
      try {
        std::vector<std::int32_t> labels;
        for (const TestImage& image : read_test_images(out_, source, whole.study.classes)) {
          labels.push_back(image.label);
        }
        whole.labels[source] = std::move(labels);
      } catch (const Error& problem) {
        add(test_images_file(out_, source), problem, "run again: it is written anew");
      }
    }
    return whole;
  }

  std::vector<fs::path> run_folders() const {
    std::vector<fs::path> folders;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(runs_folder(out_), code)) {
      if (entry.is_directory() && !entry.path().filename().string().starts_with('.')) folders.push_back(entry.path());
    }
    std::ranges::sort(folders);
    return folders;
  }

  void check_run(const fs::path& folder, const Whole* whole) {
    const std::string make_anew = fmt::format("delete {}, then run again", folder.string());
    RunRecord record;
    try {
      record = read_run_record(folder);
    } catch (const Error& problem) {
      return add(run_file(folder), problem, make_anew);
    }
    if (record.spec.id() != record.id()) {
      return add(run_file(folder), fmt::format("its settings are those of {}", record.spec.id()), make_anew);
    }
    if (whole != nullptr && record.spec.data_fingerprint != whole->study.data_fingerprint) {
      return add(run_file(folder), "it was trained on other data than study.json names", make_anew);
    }
    if (record.sha256.empty()) ++result_.not_recorded;
    const std::size_t before = result_.damages.size();
    for (const auto& [name, hash] : record.sha256)
      check_hash(folder / name, hash, remedy_for(folder / name, make_anew));
    if (result_.damages.size() > before) return;  // what is in them needs no second line
    check_training(record, make_anew);
    if (whole != nullptr) check_predictions(record, *whole);
  }

  // Predictions alone are made again from the weights.
  static std::string remedy_for(const fs::path& file, const std::string& make_anew) {
    return file.extension() == ".npy" ? delete_it(file) : make_anew;
  }
  static std::string delete_it(const fs::path& file) { return fmt::format("delete {}, then run again", file.string()); }

  void check_hash(const fs::path& file, const std::string& hash, const std::string& remedy) {
    try {
      if (to_hex(sha256(MappedFile(file).bytes())) != hash) add(file, "its SHA-256 is not the one in run.json", remedy);
    } catch (const Error& problem) {
      add(file, problem, remedy);
    }
  }

  void check_training(const RunRecord& record, const std::string& remedy) {
    try {
      read_finished_run(record.folder);
    } catch (const Error& problem) {
      add(history_file(record.folder), problem, remedy);
    }
    try {
      nn::read_safetensors(model_file(record.folder));
    } catch (const Error& problem) {
      add(model_file(record.folder), problem, remedy);
    }
  }

  void check_predictions(const RunRecord& record, const Whole& whole) {
    for (const std::string& source : record.tested_on) {
      const fs::path file = predictions_file(record.folder, source);
      const auto labels = whole.labels.find(source);
      WholePredictions sizes{{}, whole.study.classes.size()};
      if (labels != whole.labels.end()) sizes.images[source] = labels->second.size();
      if (const auto damage = damage_of_predictions(record, source, sizes)) {
        add(file, *damage, delete_it(file));
      } else if (labels != whole.labels.end()) {
        const auto recorded = record.correct.find(source);
        check_probabilities(file, labels->second,
                            recorded == record.correct.end() ? std::nullopt : std::optional(recorded->second));
      }
    }
  }

  void check_probabilities(const fs::path& file, const std::vector<std::int32_t>& labels,
                           std::optional<std::size_t> recorded) {
    const Matrix probabilities = read_npy(file);
    for (std::size_t i = 0; i < probabilities.rows; ++i) {
      double sum = 0;
      for (const float p : probabilities.row(i)) sum += p;
      if (std::abs(sum - 1) <= kSumError || std::isnan(sum)) continue;  // NaN: the run diverged
      return add(file, fmt::format("the probabilities of image {} are {} together", i, sum), delete_it(file));
    }
    if (!recorded) return;
    const std::size_t correct =
        stats::confusion_matrix(labels, stats::argmax_rows(probabilities), probabilities.columns).correct();
    if (correct == *recorded) return;
    add(file,
        fmt::format("{} of its {} predictions are right, but run.json says {}", correct, labels.size(), *recorded),
        delete_it(file));
  }

  void add(const fs::path& file, const std::string& what, const std::string& remedy) {
    result_.damages.push_back({file, what, remedy});
  }
  // The message of an Error begins with its file.
  void add(const fs::path& file, const Error& problem, const std::string& remedy) {
    std::string what = problem.what();
    for (const std::string& start : {file.string() + ": ", file.string() + " "}) {
      if (what.starts_with(start)) what.erase(0, start.size());
    }
    add(file, what, remedy);
  }

  fs::path out_;
  FolderCheck result_;
};

}  // namespace

FolderCheck check_folder(const fs::path& out) { return Check(out).run(); }

}  // namespace ersatz::study
