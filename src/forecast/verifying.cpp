#include "forecast/verifying.hpp"

#include "base/json.hpp"
#include "models/classifier.hpp"
#include "nn/network_spec.hpp"
#include "study/verified_images.hpp"
#include "train/penultimate.hpp"
#include "train/verifier.hpp"

namespace ersatz::forecast {

std::vector<study::PlannedRun> verifying_runs(const study::PlannedRun& run, const data::DataSet& data) {
  std::vector<study::PlannedRun> runs;
  for (const std::string& name : study::verifiers_of(run.spec.train_on.use)) {
    const models::Classifier classifier =
        models::make_classifier(name, data.shape, static_cast<int>(data.classes.size()));
    study::PlannedRun& verifying = runs.emplace_back();
    verifying.spec = run.spec;
    verifying.spec.classifier = name;
    verifying.spec.weights.reset();
    verifying.spec.settings.precision = study::PrecisionChoice::f32;
    verifying.method = train::verifier_method(classifier, run.photographs);
    verifying.training_images = run.photographs / 2;
    verifying.photographs = run.photographs;
    verifying.judged_images = run.judged_images;
  }
  return runs;
}

std::string verifier_name(const study::PlannedRun& verifying) {
  const study::TrainingSettings& settings = verifying.spec.settings;
  const Json name = {{"classifier", verifying.spec.classifier},
                     {"seed", verifying.spec.seed},
                     {"photographs", verifying.photographs},
                     {"validation", settings.validation.value_or(0)},
                     {"own_validation", settings.own_validation.value_or(0)},
                     {"limit", settings.limit.value_or(0)}};
  return name.dump();
}

std::size_t judgement_bytes(const study::PlannedRun& verifying, const data::DataSet& data) {
  const models::Classifier classifier =
      models::make_classifier(verifying.spec.classifier, data.shape, static_cast<int>(data.classes.size()));
  // Of `distinct`, which takes most: what each network reads of the images, and both side by side.
  const std::size_t features = nn::output_shapes(train::feature_layers(classifier.network)).back().size();
  const std::size_t probabilities = 3 * data.classes.size();  // of both networks, and soft labels
  return (verifying.judged_images * (4 * features + probabilities) + verifying.photographs * features) * sizeof(float);
}

}  // namespace ersatz::forecast
