#include "study/inputs.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "train/feature_source.hpp"

namespace ersatz::study {
namespace {

train::FeatureRequest feature_request(const RunSpec& spec, const std::filesystem::path& cache) {
  return {spec.classifier, spec.weights->file, spec.weights->hash, resolve_precision(*spec.settings.precision), cache};
}

// All stores whose images a run reads.
std::set<const data::ImageStore*> stores_of(const RunSpec& spec, const data::DataSet& data) {
  std::set<const data::ImageStore*> stores;
  for (const auto& [name, amount] : spec.train_on.sources) stores.insert(data.source(name).train.get());
  for (const std::string& name : spec.settings.validate_on.value_or(std::vector<std::string>())) {
    stores.insert(data.source(name).train.get());
  }
  for (const std::string& name : spec.test_on) stores.insert(data.source(name).test.get());
  return stores;
}

}  // namespace

std::vector<MissingFeatures> missing_features(const Session& session, const std::vector<std::size_t>& todo) {
  std::vector<MissingFeatures> missing;
  std::set<std::tuple<std::string, std::string, nn::Precision, const data::ImageStore*>> seen;
  for (const std::size_t run : todo) {
    const RunSpec& spec = session.plan.runs[run].spec;
    if (!spec.weights) continue;
    const train::FeatureRequest request = feature_request(spec, session.cache);
    for (const data::ImageStore* store : stores_of(spec, session.data)) {
      const bool first = seen.insert({request.backbone, request.weights_hash, request.precision, store}).second;
      if (first && !train::has_features(*store, request)) missing.push_back({store, request});
    }
  }
  return missing;
}

std::optional<std::filesystem::path> missing_input(const Session& session, const std::vector<std::size_t>& todo) {
  std::error_code code;
  for (const auto* sources : {&session.data.sources, &session.data.test_sets}) {
    for (const data::Source& source : *sources) {
      for (const auto& store : {source.train, source.test}) {
        if (store == nullptr) continue;
        for (const std::filesystem::path& file : store->files()) {
          if (!std::filesystem::exists(file, code)) return file;
        }
      }
    }
  }
  const std::vector<MissingFeatures> features = missing_features(session, todo);
  if (features.empty()) return std::nullopt;
  return train::feature_file(*features.front().store, features.front().request);
}

std::unique_ptr<data::BatchSource> make_source(const models::Classifier& classifier, const RunSpec& spec,
                                               data::Selection selection, const std::filesystem::path& cache) {
  if (!classifier.backbone) return std::make_unique<data::PixelSource>(std::move(selection), classifier.transform);
  const train::FeatureRequest request = feature_request(spec, cache);
  train::FeatureTables tables;
  for (const data::ImageReference& image : selection.images) {
    if (!tables.contains(image.store)) tables[image.store] = train::pooled_features(*image.store, request, {1, {}});
  }
  return std::make_unique<train::FeatureSource>(selection, tables);
}

std::unique_ptr<data::BatchSource> make_training_source(const models::Classifier& classifier,
                                                        const models::Method& method, const RunSpec& spec,
                                                        const data::Selection& images,
                                                        const std::shared_ptr<data::MatchedImages>& matched,
                                                        const std::filesystem::path& cache) {
  if (classifier.backbone) return make_source(classifier, spec, images, cache);
  auto source = method.augmentation.empty()
                    ? std::make_unique<data::PixelSource>(images, classifier.transform)
                    : std::make_unique<data::PixelSource>(images, classifier.transform,
                                                          data::Augmenter(method.augmentation, spec.seed));
  source->match(matched);
  return source;
}

void prepare_features(const Session& session, const std::vector<std::size_t>& todo,
                      const std::function<void(std::size_t done, std::size_t total)>& on_progress, unsigned threads) {
  const std::vector<MissingFeatures> missing = missing_features(session, todo);
  std::size_t total = 0, before = 0;
  for (const MissingFeatures& part : missing) total += part.store->size();
  for (const MissingFeatures& part : missing) {
    train::FeatureOptions options;
    options.threads = threads;
    options.on_progress = [&](std::size_t done, std::size_t) { on_progress(before + done, total); };
    train::pooled_features(*part.store, part.request, options);
    before += part.store->size();
  }
}

}  // namespace ersatz::study
