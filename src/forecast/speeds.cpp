#include "forecast/speeds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "forecast/verifying.hpp"
#include "models/backbone.hpp"
#include "study/examples.hpp"

namespace ersatz::forecast {
namespace {

unsigned cores() { return std::max(1U, std::thread::hardware_concurrency()); }

train::SpeedOptions classifier_options(const study::RunSpec& spec, unsigned workers) {
  return {study::resolve_precision(*spec.settings.precision), std::min(workers, cores())};
}

// Everything besides the machine that the speed of a run depends on.
std::string describe(const study::PlannedRun& run, const data::DataSet& data, const train::SpeedOptions& options) {
  const models::Method& method = run.method;
  return fmt::format("{}, {}x{}, {} classes, batch {}{}, {}, {} at a time", run.spec.classifier, data.shape.width,
                     data.shape.height, data.classes.size(), method.batching.size,
                     method.optimizer.momentum > 0 ? " with momentum" : "", nn::precision_name(options.precision),
                     options.threads);
}

std::string describe_features(const study::MissingFeatures& missing, unsigned threads) {
  const data::ImageShape shape = missing.store->shape();
  return fmt::format("features of {}, {}x{}, {}, {} at a time", missing.request.backbone, shape.width, shape.height,
                     nn::precision_name(missing.request.precision), threads);
}

data::Selection images_of(const study::RunSpec& spec, const data::DataSet& data) {
  return study::choose_examples(data, spec.train_on, spec.settings, spec.seed).training;
}

// More workers than cores share these.
train::ClassifierSpeed shared(train::ClassifierSpeed speed, unsigned workers) {
  const double share = std::min(1.0, static_cast<double>(cores()) / workers);
  return {speed.training * share, speed.validation * share, speed.testing * share, speed.share};
}

// Fills `speeds` with what is known, and asks the functions for the rest; false when they have none.
template <typename MeasureClassifier, typename MeasureFeatures>
bool fill(Speeds& speeds, const SpeedRequest& request, const MeasureClassifier& classifier_speed,
          const MeasureFeatures& feature_speed) {
  speeds.workers = workers_for(request.jobs, request.todo.size());
  speeds.extraction_threads = request.extraction_threads > 0 ? request.extraction_threads : cores();
  for (const study::MissingFeatures& missing : request.features) {
    if (speeds.backbones.contains(missing.request.backbone)) continue;
    const std::optional<train::FeatureSpeed> speed = feature_speed(missing);
    if (!speed) return false;
    speeds.backbones[missing.request.backbone] = *speed;
  }
  for (const std::size_t run : request.todo) {
    const study::PlannedRun& planned = request.session.plan.runs[run];
    for (const study::PlannedRun& verifying : verifying_runs(planned, request.session.data)) {
      if (speeds.verifiers.contains(verifying.spec.classifier)) continue;
      const std::optional<train::ClassifierSpeed> speed = classifier_speed(verifying);
      if (!speed) return false;
      speeds.verifiers[verifying.spec.classifier] = shared(*speed, speeds.workers);
    }
    if (speeds.classifiers.contains(planned.spec.classifier)) continue;
    const std::optional<train::ClassifierSpeed> speed = classifier_speed(planned);
    if (!speed) return false;
    speeds.classifiers[planned.spec.classifier] = shared(*speed, speeds.workers);
  }
  return true;
}

}  // namespace

unsigned workers_for(unsigned jobs, std::size_t runs) {
  const unsigned most = jobs > 0 ? jobs : cores();
  return static_cast<unsigned>(std::clamp<std::size_t>(runs, 1, most));
}

std::optional<Speeds> known_speeds(const SpeedRequest& request, const Calibration& calibration) {
  Speeds speeds;
  const bool complete = fill(
      speeds, request,
      [&](const study::PlannedRun& run) {
        return calibration.classifier_speed(
            describe(run, request.session.data, classifier_options(run.spec, speeds.workers)));
      },
      [&](const study::MissingFeatures& missing) {
        return calibration.feature_speed(describe_features(missing, speeds.extraction_threads));
      });
  return complete ? std::optional(speeds) : std::nullopt;
}

Speeds measure_speeds(const SpeedRequest& request, bool anew, Calibration& calibration,
                      const std::function<void(const std::string& name)>& on_measure) {
  Speeds speeds;
  const data::DataSet& data = request.session.data;
  const auto classifier_speed = [&](const study::PlannedRun& run) -> std::optional<train::ClassifierSpeed> {
    const study::RunSpec& spec = run.spec;
    const train::SpeedOptions options = classifier_options(spec, speeds.workers);
    const std::string what = describe(run, data, options);
    if (const auto known = calibration.classifier_speed(what); known && !anew) return known;
    on_measure(spec.classifier);
    const models::Classifier classifier =
        models::make_classifier(spec.classifier, data.shape, static_cast<int>(data.classes.size()));
    const train::ClassifierSpeed speed =
        train::measure_classifier(classifier, run.method, images_of(spec, data), options);
    calibration.set(what, speed);
    return speed;
  };
  const auto feature_speed = [&](const study::MissingFeatures& missing) -> std::optional<train::FeatureSpeed> {
    const std::string what = describe_features(missing, speeds.extraction_threads);
    if (const auto known = calibration.feature_speed(what); known && !anew) return known;
    on_measure("features of " + missing.request.backbone);
    const models::Backbone backbone = models::make_backbone(missing.request.backbone, missing.store->shape());
    const train::FeatureSpeed speed = train::measure_features(backbone, data::select_all(*missing.store),
                                                              {missing.request.precision, speeds.extraction_threads});
    calibration.set(what, speed);
    return speed;
  };
  fill(speeds, request, classifier_speed, feature_speed);
  return speeds;
}

}  // namespace ersatz::forecast
