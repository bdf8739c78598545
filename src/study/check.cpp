#include "study/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/npy.hpp"
#include "base/unreadable_file.hpp"
#include "nn/safetensors.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/predicted.hpp"
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
  Check(fs::path out, CheckOf of) : out_(std::move(out)), of_(of) {}

  FolderCheck run() {
    if (!fs::exists(study_file(out_))) read_study_record(out_);  // (throws)
    std::optional<Whole> whole = read_whole();
    for (const fs::path& folder : finished_folders(out_)) {
      ++result_.runs;
      const std::size_t before = result_.damages.size();
      check_run(folder, whole ? &*whole : nullptr);
      for (std::size_t i = before; i < result_.damages.size(); ++i) result_.damages[i].run = run_id(folder);
    }
    if (whole) {
      const std::vector<std::string> asked = whole->study.asked_for();
      result_.unfinished = static_cast<std::size_t>(
          std::ranges::count_if(asked, [&](const std::string& id) { return !fs::exists(run_folder(out_, id)); }));
    }
    return std::move(result_);
  }

 private:
  std::optional<Whole> read_whole() {
    Whole whole;
    try {
      whole.study = read_study_record(out_);
    } catch (const LaterFormat&) {
      throw;
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

  void check_run(const fs::path& folder, const Whole* whole) {
    const std::string make_anew = fmt::format("delete {}, then run again", folder.string());
    RunRecord record;
    try {
      record = read_run_record(folder);
    } catch (const LaterFormat&) {
      throw;
    } catch (const Error& problem) {
      return add(run_file(folder), problem, make_anew);
    }
    if (record.spec.id() != record.id()) {
      return add(run_file(folder), fmt::format("its settings are those of {}", record.spec.id()), make_anew);
    }
    if (whole != nullptr && record.spec.data_fingerprint != whole->study.data_fingerprint) {
      return add(run_file(folder), "it was trained on other data than study.json names", make_anew);
    }
    if (record.packed) ++result_.packed;
    if (record.sha256.empty()) ++result_.not_recorded;
    const std::size_t before = result_.damages.size();
    for (const auto& [name, hash] : record.sha256) {
      if (of_ == CheckOf::all_but_weights && folder / name == model_file(folder)) continue;
      check_hash(folder / name, hash, record.packed ? make_anew : remedy_for(folder / name, make_anew));
    }
    if (result_.damages.size() > before) return;  // what is in them needs no second line
    check_training(record, make_anew);
    if (whole != nullptr) check_predictions(record, *whole, make_anew);
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
    if (record.packed || of_ == CheckOf::all_but_weights) return;
    try {
      nn::read_safetensors(model_file(record.folder));
    } catch (const Error& problem) {
      add(model_file(record.folder), problem, remedy);
    }
  }

  void check_predictions(const RunRecord& record, const Whole& whole, const std::string& make_anew) {
    const std::size_t classes = whole.study.classes.size();
    for (const std::string& source : record.tested_on) {
      const fs::path file = predicted_file(record, source);
      const std::string remedy = record.packed ? make_anew : delete_it(file);
      const auto labels = whole.labels.find(source);
      WholePredictions sizes{{}, classes, fingerprints_of(whole.study.test_sets)};
      if (!is_tested_on(record, source, sizes.test_sets)) continue;  // for another version of the test set
      if (labels != whole.labels.end()) sizes.images[source] = labels->second.size();
      if (const auto damage = damage_of_predictions(record, source, sizes)) {
        add(file, *damage, remedy);
        continue;
      }
      const fs::path probabilities = record.packed ? probabilities_file(record.folder, source) : file;
      try {
        const Predicted predicted = read_predicted(record, source, classes);
        // A packed run may have none.
        if (!record.packed || fs::exists(probabilities)) {
          check_probabilities(probabilities, predicted.classes.size(), classes);
        }
        if (labels != whole.labels.end()) check_correct(record, source, predicted.classes, labels->second);
      } catch (const Error& problem) {
        add(std::string_view(problem.what()).starts_with(probabilities.string()) ? probabilities : file, problem,
            remedy);
      }
    }
  }

  static void check_probabilities(const fs::path& file, std::size_t images, std::size_t classes) {
    const Matrix probabilities = read_npy(file);
    if (probabilities.rows != images || probabilities.columns != classes) {
      throw Error(fmt::format("{} has {} rows of {} classes, not {} of {}", file.string(), probabilities.rows,
                              probabilities.columns, images, classes));
    }
    for (std::size_t i = 0; i < probabilities.rows; ++i) {
      double sum = 0;
      for (const float p : probabilities.row(i)) sum += p;
      if (std::abs(sum - 1) <= kSumError || std::isnan(sum)) continue;  // NaN: the run diverged
      throw Error(fmt::format("{}: the probabilities of image {} are {} together", file.string(), i, sum));
    }
  }

  static void check_correct(const RunRecord& record, const std::string& source,
                            const std::vector<std::int32_t>& predicted, const std::vector<std::int32_t>& labels) {
    const auto recorded = record.correct.find(source);
    if (recorded == record.correct.end()) return;
    const auto correct = static_cast<std::size_t>(
        std::transform_reduce(labels.begin(), labels.end(), predicted.begin(), std::ptrdiff_t{0}, std::plus<>(),
                              [](std::int32_t label, std::int32_t one) { return label == one ? 1 : 0; }));
    if (correct == recorded->second) return;
    throw Error(fmt::format("{} of its {} predictions are right, but run.json says {}", correct, labels.size(),
                            recorded->second));
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
    const bool unreadable = dynamic_cast<const UnreadableFile*>(&problem) != nullptr;
    add(file, what, unreadable ? "it may be whole: see to it that it can be read, then check again" : remedy);
    result_.damages.back().unreadable = unreadable;
  }

  fs::path out_;
  CheckOf of_;
  FolderCheck result_;
};

}  // namespace

FolderCheck check_folder(const fs::path& out, CheckOf of) { return Check(out, of).run(); }

}  // namespace ersatz::study
