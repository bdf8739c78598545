#pragma once

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/npy.hpp"
#include "base/random.hpp"
#include "study/run_record.hpp"
#include "train/history.hpp"

namespace ersatz {

/// An output folder that looks as if a study had been run in it, in a temporary folder of its own.
/// Predictions are drawn so that about the wanted share is right.
class FakeStudy {
 public:
  std::vector<std::string> classes{"airplane", "automobile", "bird",  "cat",  "deer",
                                   "dog",      "frog",       "horse", "ship", "truck"};
  std::vector<std::string> sources{"REAL", "FAKE"}, classifiers{"nn", "lenet"};
  std::vector<study::TrainingSet> training_sets{{"REAL", {{"REAL", {}}}}, {"FAKE", {{"FAKE", {}}}}};
  std::vector<std::uint64_t> seeds{1};
  study::TrainingSettings settings = study::with_defaults({});
  bool demo_data = false, validated = true;
  std::vector<std::string> notes, test_on;
  std::optional<std::string> real;
  std::size_t test_images = 200;
  /// Runs with each of these budgets. The names of cells in `right` end with " @100" then.
  std::vector<std::int64_t> budgets;
  std::optional<study::LadderRule> ladder;   ///< whose rungs the budgets are
  std::map<std::string, double> validation;  ///< "lenet REAL @100" -> final validation accuracy
  /// "lenet REAL FAKE" (classifier, trained on, tested on) -> share that is right; 0.5 when not here.
  std::map<std::string, double> right;

  FakeStudy() {
    static std::atomic<int> counter{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("ersatz-fake-study-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
    std::filesystem::create_directories(folder_);
  }
  ~FakeStudy() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  FakeStudy(const FakeStudy&) = delete;
  FakeStudy& operator=(const FakeStudy&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path run_folder(std::size_t i) const { return folder_ / "runs" / ids_.at(i); }

  /// Writes everything; to be called once.
  void write() {
    for (const auto& source : sources) {
      std::vector<study::TestImage> images;
      for (std::size_t i = 0; i < test_images; ++i) {
        images.push_back({"image " + std::to_string(i) + ".jpg", label(i)});
      }
      study::write_test_images(folder_, source, images, classes);
    }
    for (const auto& classifier : classifiers) {
      for (const auto& set : training_sets) {
        study::LadderArm arm{classifier, set.name, {}};
        for (const std::int64_t steps : budgets) {
          settings.steps = steps;
          for (const auto seed : seeds) write_run(classifier, set, seed);
          arm.runs.emplace_back(ids_.end() - static_cast<std::ptrdiff_t>(seeds.size()), ids_.end());
        }
        arms_.push_back(arm);
        if (!budgets.empty()) continue;
        for (const auto seed : seeds) write_run(classifier, set, seed);
      }
    }
    study::StudyRecord record;
    record.name = "fake-study";
    record.data_fingerprint = fingerprint();
    record.classes = classes;
    record.sources = sources;
    record.demo_data = demo_data;
    record.runs = ids_;
    record.notes = notes;
    record.test_on = test_on;
    record.real = real;
    if (ladder) record.ladder = study::Ladder{*ladder, arms_};
    study::write_study_record(folder_, record);
  }

 private:
  static std::string fingerprint() { return "0123456789abcdef" + std::string(48, '0'); }
  std::int32_t label(std::size_t i) const { return static_cast<std::int32_t>(i % classes.size()); }

  std::string budget_text() const { return budgets.empty() ? "" : " @" + std::to_string(*settings.steps); }

  void write_run(const std::string& classifier, const study::TrainingSet& set, std::uint64_t seed) {
    study::RunRecord run;
    run.spec.classifier = classifier;
    run.spec.train_on = set;
    run.spec.seed = seed;
    run.spec.settings = settings;
    run.spec.data_fingerprint = fingerprint();
    ids_.push_back(run.spec.id());
    run.folder = folder_ / "runs" / ids_.back();
    run.precision = "bf16";
    run.training_images = 0;
    for (const auto& [source, amount] : set.sources) {
      run.training_images += amount.kind == study::Amount::Kind::count ? static_cast<std::size_t>(amount.value) : 40000;
    }
    run.validation_images = 10000;
    run.epochs_run = 9 + static_cast<int>(seed);
    run.best_round = run.epochs_run - 2;
    run.stopped_early = true;
    run.seconds = 61.5;
    run.tested_on = sources;
    run.environment = {"0.1.0", "2.6.3", "gcc 12.2.0", "A CPU", "avx512_core_bf16"};
    std::filesystem::create_directories(run.folder);
    study::write_run_record(run);
    write_file(run.folder / "history.csv", train::history_to_csv(history(run)));
    for (const auto& source : sources) {
      write_npy(run.folder / ("predictions-" + source + ".npy"),
                predictions(classifier + " " + set.name + " " + source + budget_text(), seed));
    }
  }

  train::History history(const study::RunRecord& run) const {
    Random random(run.spec.seed, run.id());
    const double end = run.spec.classifier == "lenet" ? 0.7 : 1.6;
    train::History history;
    for (int e = 1; e <= run.epochs_run; ++e) {
      train::RoundRecord epoch;
      epoch.round = e;
      epoch.loss = end + 1.2 * std::exp(-e / 4.0);
      epoch.accuracy = 1 - epoch.loss / 2.5;
      epoch.val_loss = validated ? epoch.loss + 0.03 * e * (0.5 + static_cast<double>(random.uniform())) : std::nan("");
      epoch.val_accuracy = validated ? 1 - epoch.val_loss / 2.5 : std::nan("");
      epoch.learning_rate = 0.01;
      history.push_back(epoch);
    }
    const auto known = validation.find(run.spec.classifier + " " + run.spec.train_on.name + budget_text());
    for (train::RoundRecord& round : history) {  // of the weights that are kept, and from there on
      if (known != validation.end() && round.round >= run.best_round) round.val_accuracy = known->second;
    }
    return history;
  }

  Matrix predictions(const std::string& cell, std::uint64_t seed) const {
    const auto wanted = right.find(cell);
    const float share = static_cast<float>(wanted == right.end() ? 0.5 : wanted->second);
    Random random(seed, "predictions " + cell);
    const float other = 0.1F / static_cast<float>(classes.size() - 1);
    Matrix matrix{test_images, classes.size(), std::vector<float>(test_images * classes.size(), other)};
    for (std::size_t i = 0; i < test_images; ++i) {
      const auto n = static_cast<std::uint32_t>(classes.size());
      auto predicted = static_cast<std::uint32_t>(label(i));
      if (random.uniform() >= share) predicted = (predicted + 1 + random.below(n - 1)) % n;
      matrix.values[i * classes.size() + predicted] = 0.9F;
    }
    return matrix;
  }

  std::filesystem::path folder_;
  std::vector<std::string> ids_;
  std::vector<study::LadderArm> arms_;
};

}  // namespace ersatz
