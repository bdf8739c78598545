#include "study/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "models/classifier.hpp"
#include "nn/safetensors.hpp"
#include "study/examples.hpp"
#include "study/inputs.hpp"
#include "study/output_folder.hpp"
#include "study/output_layout.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Removes what an earlier attempt left behind, except the checkpoint to go on from.
void clear_attempt(const fs::path& partial) {
  std::vector<fs::path> stale;
  for (const auto& entry : fs::directory_iterator(partial)) {
    const fs::path& path = entry.path();
    if (path != run_lock(partial) && path != checkpoint_file(partial)) stale.push_back(path);
  }
  for (const fs::path& path : stale) fs::remove_all(path);
}

void test(const models::Classifier& classifier, const nn::NamedTensors& weights, const data::DataSet& data,
          const RunSpec& spec, const std::string& name, const fs::path& folder, const RunHooks& hooks) {
  if (hooks.on_testing) hooks.on_testing(name);
  const data::Source& source = data.source(name);
  const auto indices = test_indices(source, spec.settings.drop_duplicates);
  const auto examples = make_source(classifier, spec, data::select(*source.test, indices), hooks.cache);
  write_npy(predictions_file(folder, name), train::predict(classifier, weights, *examples));
}

void train_and_test(RunRecord& record, const models::Classifier& classifier, const data::DataSet& data,
                    const RunHooks& hooks) {
  const RunSpec& spec = record.spec;
  train::Regime regime = spec.settings.regime;
  regime.seed = spec.seed;
  regime.precision = resolve_precision(spec.settings.precision);
  record.precision = nn::precision_name(regime.precision);

  TrainingExamples chosen = choose_examples(data, spec.train_on, spec.settings, spec.seed);
  record.training_images = chosen.training.size();
  record.source_images = chosen.source_images;
  record.validation_images = chosen.validation.size();
  const auto training = make_training_source(classifier, spec, std::move(chosen.training), hooks.cache);
  const auto validation = make_source(classifier, spec, std::move(chosen.validation), hooks.cache);
  const train::TrainResult result =
      train::train(classifier, *training, *validation, regime, checkpoint_file(record.folder), hooks.on_progress);
  if (!result.warning.empty() && hooks.on_warning) hooks.on_warning(result.warning);
  record.epochs_run = result.epochs_run;
  record.best_epoch = result.best_epoch;
  record.stopped_early = result.stopped_early;
  for (const train::EpochRecord& epoch : result.history) record.seconds += epoch.train_seconds + epoch.eval_seconds;
  write_file(history_file(record.folder), train::history_to_csv(result.history));
  nn::write_safetensors(model_file(record.folder),
                        {result.weights, {{"classifier", spec.classifier}, {"classes", Json(data.classes).dump()}}});
  write_file(model_card_file(record.folder), models::model_card(classifier, record.weights_note));

  const auto start = Clock::now();
  for (const std::string& source : spec.test_on)
    test(classifier, result.weights, data, spec, source, record.folder, hooks);
  record.seconds += seconds_since(start);
  record.tested_on = spec.test_on;
}

// A run is tested on what it is asked for now; what it was tested on before stays.
void test_further(RunRecord& record, const RunSpec& asked, const models::Classifier& classifier,
                  const data::DataSet& data, const RunHooks& hooks) {
  const auto start = Clock::now();
  const nn::SafeTensors model = nn::read_safetensors(model_file(record.folder));
  for (const std::string& source : asked.test_on) {
    const bool listed = std::find(record.tested_on.begin(), record.tested_on.end(), source) != record.tested_on.end();
    if (listed && fs::exists(predictions_file(record.folder, source))) continue;
    test(classifier, model.tensors, data, asked, source, record.folder, hooks);
    if (!listed) record.tested_on.push_back(source);
  }
  record.seconds += seconds_since(start);
}

}  // namespace

RunRecord execute_run(const RunSpec& spec, const data::DataSet& data, const fs::path& out, const RunHooks& hooks) {
  const std::string id = spec.id();
  const fs::path partial = partial_folder(out, id), finished = run_folder(out, id);
  const StudyRecord study = read_study_record(out);
  fs::create_directories(partial);
  const FileLock lock = FileLock::wait(run_lock(partial));
  clear_attempt(partial);
  const models::Classifier classifier =
      models::make_classifier(spec.classifier, data.shape, static_cast<int>(data.classes.size()));

  if (fs::exists(finished)) {
    RunRecord record = read_run_record(finished);
    test_further(record, spec, classifier, data, hooks);
    write_run_record(record);
    if (hooks.write_reports) hooks.write_reports(finished, study);
    fs::remove_all(partial);
    return record;
  }
  RunRecord record;
  record.folder = partial;
  record.spec = spec;
  if (spec.weights) record.weights_note = spec.weights->note;
  record.environment = current_environment();
  train_and_test(record, classifier, data, hooks);
  write_run_record(record);
  if (hooks.write_reports) hooks.write_reports(partial, study);
  // Renamed first and tidied up afterwards: a kill in between must not cost the checkpoint.
  fs::rename(partial, finished);
  remove_scratch(finished);
  record.folder = finished;
  return record;
}

}  // namespace ersatz::study
