#include "forecast/forecast.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "base/error.hpp"
#include "forecast/verifying.hpp"
#include "study/examples.hpp"
#include "study/output_layout.hpp"
#include "study/run_status.hpp"
#include "train/checkpoint.hpp"
#include "train/extraction.hpp"

namespace ersatz::forecast {
namespace {

// What passes besides the work on images, in seconds. They are much the same everywhere and matter
// to short runs only, so they are not measured on every machine.
constexpr double kStart = 0.1;    // of the program: reading the study, opening the stores
constexpr double kRun = 0.25;     // a run's process, networks, files, reports and figure
constexpr double kRound = 0.01;   // an epoch's checkpoint
constexpr double kFigure = 0.06;  // one of the figures that are drawn at the end

// Rounds of the checkpoint that the run would go on from.
int rounds_done(const study::PlannedRun& run, const std::filesystem::path& out) {
  try {
    const auto checkpoint = train::read_checkpoint(study::checkpoint_file(study::partial_folder(out, run.id)));
    const nn::Precision precision = study::resolve_precision(*run.spec.settings.precision);
    if (!checkpoint || !train::can_continue(*checkpoint, precision)) return 0;
    train::require_possible(*checkpoint, run.method, run.training_images);
    return static_cast<int>(checkpoint->history.size());
  } catch (const Error&) {  // that run says so itself when it is started
  }
  return 0;
}

double seconds_for_images(std::size_t images, double images_per_second) {
  return images == 0 ? 0 : static_cast<double>(images) / images_per_second;
}

double seconds_of(const study::PlannedRun& run, const WorkLeft& left, double rounds,
                  const train::ClassifierSpeed& speed) {
  const double images = run.method.images_per_round(run.training_images);
  const double round = images / speed.training + seconds_for_images(run.validation_images, speed.validation) + kRound;
  return (left.trained ? 0 : std::max(0.0, rounds - left.rounds_done) * round) +
         seconds_for_images(left.test_images, speed.testing) + kRun;
}

// Asking the verifiers of the run's images. Those that no run before asked are trained first; `trained` are these.
double verifying_seconds(const study::PlannedRun& run, const data::DataSet& data, const Speeds& speeds,
                         std::set<std::string>& trained) {
  double seconds = 0;
  for (const study::PlannedRun& verifying : verifying_runs(run, data)) {
    const train::ClassifierSpeed& speed = speeds.verifiers.at(verifying.spec.classifier);
    const double training = verifying.method.images_per_round(verifying.training_images) * verifying.method.rounds();
    constexpr int kNetworks = 2;
    if (trained.insert(verifier_name(verifying)).second) seconds += kNetworks * training / speed.training;
    seconds += kNetworks * seconds_for_images(run.photographs + run.judged_images, speed.testing);
  }
  return seconds;
}

// How many rounds it will train, where that can be known.
std::optional<double> expected_rounds(const study::PlannedRun& run, const Calibration& known) {
  const auto* budget = std::get_if<models::EpochBudget>(&run.method.budget);
  // A first epoch is always the best so far: no run stops sooner than `patience` epochs behind it.
  if (budget == nullptr || budget->patience == 0 || run.validation_images == 0 ||
      budget->epochs <= budget->patience + 1) {
    return run.method.rounds();
  }
  const auto mean = known.mean_epochs(run.spec);
  return mean ? std::optional(std::min<double>(*mean, budget->epochs)) : std::nullopt;
}

// Threads take shards in turn; the last ones may have nothing left to take.
double extraction_seconds(std::size_t images, double images_per_second, unsigned threads) {
  const std::size_t shards = (images + train::kFeatureShard - 1) / train::kFeatureShard;
  const std::size_t rounds = (shards + threads - 1) / threads;
  return seconds_for_images(std::min(images, rounds * train::kFeatureShard), images_per_second);
}

std::size_t count_figures(const study::Plan& plan) {
  std::set<std::string> histories;
  std::set<std::pair<std::string, std::string>> matrices;
  for (const study::PlannedRun& run : plan.runs) {
    histories.insert(run.spec.classifier);
    matrices.emplace(run.spec.classifier, run.spec.train_on.name);
  }
  return histories.size() + matrices.size() * plan.test_on.size();
}

}  // namespace

std::vector<WorkLeft> work_left(const study::Session& session) {
  std::vector<std::size_t> all(session.plan.runs.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return work_left(session, all);
}

std::vector<WorkLeft> work_left(const study::Session& session, const std::vector<std::size_t>& runs) {
  const std::filesystem::path& out = session.out;
  const study::WholePredictions whole = study::whole_predictions(session);
  WorkLeft nothing;
  nothing.finished = true;
  std::vector<WorkLeft> all(session.plan.runs.size(), nothing);
  for (const std::size_t index : runs) {
    const study::PlannedRun& run = session.plan.runs[index];
    WorkLeft& left = all[index] = {};
    const study::RunStatus status = study::run_status(out, run.id, run.spec.test_on, whole);
    left.finished = status.state == study::RunState::finished;
    left.trained = status.trained;
    std::vector<std::string> untested = run.spec.test_on;
    if (left.trained) {
      const study::RunRecord record = study::read_run_record(study::run_folder(out, run.id));
      left.epochs_run = record.epochs_run;
      untested = study::untested_sources(record, run.spec.test_on, whole);
    } else {
      left.rounds_done = rounds_done(run, out);
    }
    for (const std::string& name : untested) {
      left.test_images += whole.images.at(name);
    }
  }
  return all;
}

double busy_until(const std::vector<double>& seconds, unsigned workers) {
  std::vector<double> free_at(std::max(1U, workers), 0);
  for (const double run : seconds) *std::min_element(free_at.begin(), free_at.end()) += run;
  return *std::max_element(free_at.begin(), free_at.end());
}

Forecast make_forecast(const study::Plan& plan, const data::DataSet& data, const std::vector<std::size_t>& todo,
                       const std::vector<WorkLeft>& left, const std::vector<study::MissingFeatures>& features,
                       const Speeds& speeds, const Calibration& known) {
  Forecast forecast;
  forecast.runs.resize(plan.runs.size(), {0, 0});
  if (todo.empty()) {
    forecast.total.expected = 0;
    return forecast;
  }
  for (const study::MissingFeatures& missing : features) {
    const double speed = speeds.backbones.at(missing.request.backbone).images;
    forecast.features += extraction_seconds(missing.store->size(), speed, speeds.extraction_threads);
  }
  std::vector<double> most, expected;
  std::set<std::string> verifiers;
  for (const std::size_t i : todo) {
    const study::PlannedRun& run = plan.runs[i];
    const train::ClassifierSpeed& speed = speeds.classifiers.at(run.spec.classifier);
    Duration& duration = forecast.runs[i];
    const double verifying = left[i].trained ? 0 : verifying_seconds(run, data, speeds, verifiers);
    duration = {verifying + seconds_of(run, left[i], run.method.rounds(), speed), std::nullopt};
    most.push_back(duration.most);
    if (left[i].trained) duration.expected = duration.most;
    if (const auto rounds = expected_rounds(run, known); rounds && !left[i].trained) {
      duration.expected = verifying + seconds_of(run, left[i], *rounds, speed);
    }
    if (duration.expected) expected.push_back(*duration.expected);
  }
  const double around = kStart + forecast.features + kFigure * static_cast<double>(count_figures(plan));
  forecast.total.most = around + busy_until(most, speeds.workers);
  if (expected.size() == todo.size()) forecast.total.expected = around + busy_until(expected, speeds.workers);
  return forecast;
}

}  // namespace ersatz::forecast
