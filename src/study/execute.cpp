#include "study/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/unreadable_file.hpp"
#include "models/classifier.hpp"
#include "nn/safetensors.hpp"
#include "stats/classification.hpp"
#include "study/examples.hpp"
#include "study/inputs.hpp"
#include "study/model_metadata.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "study/training_batches.hpp"
#include "study/verified_images.hpp"
#include "train/predict.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// A run with what it needs at every step.
struct Work {
  const RunSpec& spec;
  const models::Method& method;
  const models::Classifier& classifier;
  const data::DataSet& data;
  const RunHooks& hooks;
  const fs::path& out;
  fs::path checkpoint{};
};

// `ersatz check` compares the file with this.
void remember(RunRecord& record, const fs::path& file) {
  record.sha256[file.filename().string()] = to_hex(sha256(MappedFile(file).bytes()));
}

void test(const Work& work, const nn::NamedTensors& weights, const std::string& name, RunRecord& record) {
  const RunHooks& hooks = work.hooks;
  if (hooks.on_testing) hooks.on_testing(name);
  const data::Source& source = work.data.source(name);
  const auto indices = test_indices(source, *work.spec.settings.drop_duplicates);
  const auto examples = make_source(work.classifier, work.spec, data::select(*source.test, indices), hooks.cache);
  const Matrix predictions = train::predict(work.classifier, work.method.views, weights, *examples);
  write_npy(predictions_file(record.folder, name), predictions);
  remember(record, predictions_file(record.folder, name));
  if (work.data.test_set(name) != nullptr) record.test_sets[name] = source.test->fingerprint();
  record.correct[name] =
      stats::confusion_matrix(examples->labels(), stats::argmax_rows(predictions), predictions.columns).correct();
}

std::optional<train::Handover> handover_to(const std::optional<LongerRun>& longer, const fs::path& out) {
  if (!longer) return std::nullopt;
  const fs::path checkpoint = checkpoint_file(partial_folder(out, longer->id));
  if (fs::exists(run_folder(out, longer->id)) || fs::exists(checkpoint)) return std::nullopt;
  return train::Handover{longer->method, checkpoint};
}

void train_and_test(const Work& work, RunRecord& record) {
  const RunSpec& spec = work.spec;
  const nn::Precision precision = resolve_precision(*spec.settings.precision);
  record.precision = nn::precision_name(precision);

  TrainingExamples chosen = choose_examples(work.data, spec.train_on, spec.settings, spec.seed);
  verify_images(spec, static_cast<int>(work.data.classes.size()), work.hooks.cache, work.hooks.on_warning, chosen);
  record.training_images = chosen.training.size();
  record.source_images = chosen.source_images;
  record.validation_images = chosen.validation.size();
  const auto batches = make_training_batches(work.classifier, work.method, spec, chosen, work.hooks.cache);
  const auto validation = make_source(work.classifier, spec, std::move(chosen.validation), work.hooks.cache);
  const auto soft_labels = std::move(chosen.soft_labels);
  chosen = {};
  train::TrainingTask task{work.classifier, work.method, *batches.images, *validation, spec.seed, precision};
  task.sampler = batches.sampler.get();
  task.soft_labels = soft_labels.get();
  task.handover = handover_to(work.hooks.longer, work.out);
  const train::TrainResult result =
      train::train(task, work.checkpoint, {work.hooks.on_progress, work.hooks.on_warning});
  record.epochs_run = result.epochs_run;
  record.best_round = result.best_round;
  record.stopped_early = result.stopped_early;
  for (const train::RoundRecord& round : result.history) record.seconds += round.train_seconds + round.eval_seconds;
  write_file(history_file(record.folder), train::history_to_csv(result.history));
  nn::write_safetensors(model_file(record.folder), {result.weights, model_metadata(spec, work.data)});
  write_file(model_card_file(record.folder), models::model_card(work.classifier, record.weights_note));
  for (const fs::path& file :
       {history_file(record.folder), model_file(record.folder), model_card_file(record.folder)}) {
    remember(record, file);
  }

  const auto start = Clock::now();
  for (const std::string& source : spec.test_on) test(work, result.weights, source, record);
  record.seconds += seconds_since(start);
  record.tested_on = spec.test_on;
}

/// The folder of this attempt, which is nobody else's, whoever may be at the same run: a machine that slept and woke
/// up.
struct Attempt {
  explicit Attempt(const fs::path& partial) : folder(make_attempt_folder(partial)) {}
  ~Attempt() {
    std::error_code code;
    fs::remove_all(folder, code);  // nothing when it has become the run's
  }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  const fs::path folder;
};

// Another who took this process for dead may have deleted what it had written.
void require_whole(const RunRecord& record) {
  for (const auto& [name, hash] : record.sha256) {
    if (fs::exists(record.folder / name)) continue;
    throw Error(fmt::format("{} was deleted while the run was at work", (record.folder / name).string()));
  }
}

/// A run that was trained before.
struct TrainedRun {
  RunRecord record;
  nn::NamedTensors weights;
};

// The run in `folder`; nothing when it is damaged so that testing alone cannot mend it. Then it has been set aside.
std::optional<TrainedRun> read_trained(const fs::path& out, const fs::path& folder, const RunHooks& hooks) {
  try {
    RunRecord record = read_finished_run(folder);
    if (record.packed) {
      const fs::path kept = set_aside(out, run_id(folder), true);
      if (hooks.on_warning) {
        hooks.on_warning(fmt::format(
            "it was packed without its weights, which its tests need, and is made anew; what was there is now {}",
            kept.string()));
      }
      return std::nullopt;
    }
    return TrainedRun{std::move(record), nn::read_safetensors(model_file(folder)).tensors};
  } catch (const LaterFormat&) {
    throw;
  } catch (const UnreadableFile&) {
    throw;
  } catch (const Error& problem) {
    const fs::path kept = set_aside(out, run_id(folder));
    if (hooks.on_warning) {
      hooks.on_warning(
          fmt::format("it is damaged and made anew; what was there is now {} ({})", kept.string(), problem.what()));
    }
    return std::nullopt;
  }
}

// Before predictions for a test set that is another now take the place of those for the one before: a kill in between
// must not leave a record that says the one and a file that says the other.
void forget_other_images(RunRecord& record, const std::vector<std::string>& untested) {
  bool any = false;
  for (const std::string& name : untested) {
    if (!record.test_sets.contains(name)) continue;
    any = true;
    forget_predictions(record, name);
  }
  if (any) write_run_record(record);
}

// A run is tested on what it is asked for now; what it was tested on before stays, unless it is damaged.
void test_further(const Work& work, const nn::NamedTensors& weights, RunRecord& record) {
  const auto start = Clock::now();
  std::vector<std::string> sources = record.tested_on;
  for (const std::string& source : work.spec.test_on) {
    if (std::ranges::find(sources, source) == sources.end()) sources.push_back(source);
  }
  WholePredictions whole{{}, work.data.classes.size(), {}};
  std::vector<std::string> here;  // a test set that is not asked for now stays as it is
  for (const std::string& name : sources) {
    const bool asked = std::ranges::find(work.spec.test_on, name) != work.spec.test_on.end();
    if (record.test_sets.contains(name) && !asked) continue;
    const data::Source& source = work.data.source(name);
    whole.images[name] = test_indices(source, *work.spec.settings.drop_duplicates).size();
    if (work.data.test_set(name) != nullptr) whole.test_sets[name] = source.test->fingerprint();
    here.push_back(name);
  }
  const std::vector<std::string> untested = untested_sources(record, here, whole);
  forget_other_images(record, untested);
  for (const std::string& source : untested) {
    test(work, weights, source, record);
  }
  record.tested_on = sources;
  record.seconds += seconds_since(start);
}

}  // namespace

RunRecord execute_run(const RunSpec& spec, const models::Method& method, const data::DataSet& data, const fs::path& out,
                      const RunHooks& hooks) {
  const std::string id = spec.id();
  const fs::path partial = partial_folder(out, id), finished = run_folder(out, id);
  const StudyRecord study = read_study_record(out);
  make_folder(partial);
  clear_partial(partial, RunIs::begun);
  const models::Classifier classifier =
      models::make_classifier(spec.classifier, data.shape, static_cast<int>(data.classes.size()));
  const Work work{spec, method, classifier, data, hooks, out, checkpoint_file(partial)};

  if (fs::exists(finished)) {
    if (auto trained = read_trained(out, finished, hooks)) {
      test_further(work, trained->weights, trained->record);
      write_run_record(trained->record);
      if (hooks.write_reports) hooks.write_reports(finished, study);
      clear_partial(partial, RunIs::finished);
      return trained->record;
    }
  }
  const SyncLater names(partial, SyncLater::names);  // after a power cut the checkpoint before is as good
  RunRecord record;
  const Attempt attempt(partial);
  record.folder = attempt.folder;
  const SyncLater files(record.folder, SyncLater::files);
  record.spec = spec;
  if (spec.weights) record.weights_note = spec.weights->note;
  record.environment = current_environment();
  train_and_test(work, record);
  write_run_record(record);
  if (hooks.write_reports) hooks.write_reports(record.folder, study);
  require_whole(record);
  // Renamed first and tidied up afterwards: a kill in between must not cost the checkpoint.
  const bool first = publish_folder(record.folder, finished);
  clear_partial(partial, RunIs::finished);
  if (!first) return read_finished_run(finished);
  record.folder = finished;
  return record;
}

}  // namespace ersatz::study
