#include "study/recompute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <thread>

#include "base/error.hpp"
#include "base/npy.hpp"
#include "models/classifier.hpp"
#include "models/whole_network.hpp"
#include "nn/precision.hpp"
#include "nn/safetensors.hpp"
#include "stats/classification.hpp"
#include "study/examples.hpp"
#include "study/inputs.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "study/weights.hpp"
#include "train/predict.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

// The largest difference of a probability that rounding makes: of a network that reads pixels, and of one that reads
// features in bf16 (docs/reliability.md).
constexpr double kRounding = 1e-4, kRoundingOfFeatures = .05;

/// How far two matrices of the same shape are apart.
struct Difference {
  bool equal = false;       ///< to the last bit
  double largest = 0;       ///< of a value
  std::size_t classes = 0;  ///< rows with another largest column
};

Difference difference(const Matrix& a, const Matrix& b) {
  Difference found;
  found.equal = std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(float)) == 0;
  if (found.equal) return found;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const bool a_is = std::isnan(a.values[i]), b_is = std::isnan(b.values[i]);
    if (a_is && b_is) continue;  // the run diverged
    const double apart = a_is || b_is ? std::numeric_limits<double>::infinity()
                                      : std::abs(static_cast<double>(a.values[i]) - static_cast<double>(b.values[i]));
    found.largest = std::max(found.largest, apart);
  }
  const auto first = stats::argmax_rows(a), second = stats::argmax_rows(b);
  for (std::size_t i = 0; i < first.size(); ++i) found.classes += first[i] != second[i] ? 1 : 0;
  return found;
}

class Recomputing {
 public:
  Recomputing(const Study& study, const data::DataSet& data, const fs::path& cache,
              const std::function<void(std::size_t, std::size_t)>& on_progress)
      : study_(study), data_(data), cache_(cache), on_progress_(on_progress) {}

  void add(RunRecord record) {
    for (const auto& [name, fingerprint] : record.test_sets) {
      const data::Source* set = data_.test_set(name);
      if (set != nullptr && set->test->fingerprint() == fingerprint) continue;
      std::erase(record.tested_on, name);
      if (!record.packed) ++result_.other_test_sets[name];
    }
    const std::string reason = reason_against(record);
    if (reason.empty()) {
      runs_.push_back(std::move(record));
    } else {
      result_.left_out[reason].push_back(record.id());
    }
  }

  Recomputed run() {
    result_.runs = runs_.size();
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::min(cores, runs_.size()); ++i) threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
    if (problem_) std::rethrow_exception(problem_);
    std::ranges::sort(result_.damages, {}, &Damage::file);
    return std::move(result_);
  }

 private:
  // Why predictions cannot be made again; empty when they can. Finds the pretrained weights of those that need some.
  std::string reason_against(RunRecord& record) {
    if (record.packed) return "packed without their weights";
    const RunSpec& spec = record.spec;
    const models::Classifier classifier = classifier_of(spec);
    if (classifier.method && classifier.method->version != spec.method_version) {
      return fmt::format("trained with version {} of {}'s method, this is version {}", spec.method_version,
                         classifier.title, classifier.method->version);
    }
    if (!classifier.backbone) return {};
    const std::optional<WeightsFile>& weights = pretrained(network_of(spec.classifier));
    if (!weights) return "their pretrained weights are not here; " + how_to_get_weights(spec.classifier);
    if (!spec.weights || weights->hash != spec.weights->hash) {
      return fmt::format("{} is not the file of weights that they were trained with", weights->file.string());
    }
    const std::string_view here = nn::precision_name(resolve_precision(*spec.settings.precision));
    if (here != record.precision) {
      return fmt::format("their features were computed in {}, which would be {} here", record.precision, here);
    }
    record.spec.weights = weights;
    // Before threads ask for them: each file of features is then made once.
    for (const std::string& source : record.tested_on) examples_of(record, classifier, source);
    return {};
  }

  models::Classifier classifier_of(const RunSpec& spec) const {
    return models::make_classifier(spec.classifier, data_.shape, static_cast<int>(data_.classes.size()));
  }

  const std::optional<WeightsFile>& pretrained(const std::string& network) {
    const auto found = pretrained_.find(network);
    if (found != pretrained_.end()) return found->second;
    const auto given = study_.weights.find(network);
    return pretrained_[network] = find_weights(
               network, given == study_.weights.end() ? std::nullopt : std::optional(given->second), cache_);
  }

  std::unique_ptr<data::BatchSource> examples_of(const RunRecord& record, const models::Classifier& classifier,
                                                 const std::string& name) const {
    const data::Source& source = data_.source(name);
    const auto indices = test_indices(source, *record.spec.settings.drop_duplicates);
    return make_source(classifier, record.spec, data::select(*source.test, indices), cache_);
  }

  void work() {
    try {
      nn::set_thread_count(1);
      for (std::size_t i = next_++; i < runs_.size() && !failed_; i = next_++) {
        predict_again(runs_[i]);
        const std::lock_guard guard(mutex_);
        if (on_progress_) on_progress_(++done_, runs_.size());
      }
    } catch (...) {
      const std::lock_guard guard(mutex_);
      failed_ = true;
      if (!problem_) problem_ = std::current_exception();
    }
  }

  void predict_again(const RunRecord& record) {
    const models::Classifier classifier = classifier_of(record.spec);
    const auto views = models::views_of(classifier);
    const nn::NamedTensors weights = nn::read_safetensors(model_file(record.folder)).tensors;
    for (const std::string& source : record.tested_on) {
      const fs::path file = predictions_file(record.folder, source);
      const Matrix written = read_npy(file);
      const auto examples = examples_of(record, classifier, source);
      const Matrix again = train::predict(classifier, views, weights, *examples);
      compare(record, file, written, again, classifier.backbone ? kRoundingOfFeatures : kRounding);
    }
  }

  void compare(const RunRecord& record, const fs::path& file, const Matrix& written, const Matrix& again,
               double rounding) {
    std::string what;
    Difference apart;
    if (written.rows != again.rows || written.columns != again.columns) {
      what = fmt::format("it has {} x {} probabilities, not {} x {}", written.rows, written.columns, again.rows,
                         again.columns);
    } else {
      apart = difference(written, again);
      if (apart.largest > rounding) {
        what = fmt::format(
            "it is not what the run's weights predict: probabilities differ by up to {:.2g}, the class "
            "of {} of {} images",
            apart.largest, apart.classes, written.rows);
      }
    }
    const std::lock_guard guard(mutex_);
    ++result_.predictions;
    if (!what.empty()) {
      result_.damages.push_back({file, what, fmt::format("delete {}, then run again", file.string()), record.id()});
      return;
    }
    result_.equal += apart.equal ? 1 : 0;
    result_.largest = std::max(result_.largest, apart.largest);
  }

  const Study& study_;
  const data::DataSet& data_;
  const fs::path& cache_;
  const std::function<void(std::size_t, std::size_t)>& on_progress_;
  std::map<std::string, std::optional<WeightsFile>> pretrained_;  // by network
  std::vector<RunRecord> runs_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;  // of what follows
  std::size_t done_ = 0;
  std::exception_ptr problem_;
  Recomputed result_;
};

}  // namespace

Recomputed recompute_predictions(const fs::path& out, const FolderCheck& found, const Study& study,
                                 const data::DataSet& data, const fs::path& cache,
                                 const std::function<void(std::size_t done, std::size_t total)>& on_progress) {
  std::set<std::string> damaged;
  for (const Damage& damage : found.damages) damaged.insert(damage.run);
  Recomputing recomputing(study, data, cache, on_progress);
  for (const fs::path& folder : finished_folders(out)) {
    if (!damaged.contains(run_id(folder))) recomputing.add(read_finished_run(folder));
  }
  return recomputing.run();
}

}  // namespace ersatz::study
