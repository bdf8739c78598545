#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "data/batch_source.hpp"
#include "data/data_set.hpp"
#include "models/classifier.hpp"
#include "study/session.hpp"
#include "train/feature_cache.hpp"

namespace ersatz::study {

/// The images of `selection` as the classifier of `spec` reads them: pixels, or the features of its
/// backbone from `cache` (computed by this thread where they are missing; prepare_features() is the
/// faster way). Throws Error, or Stopped.
std::unique_ptr<data::BatchSource> make_source(const models::Classifier& classifier, const RunSpec& spec,
                                               data::Selection selection, const std::filesystem::path& cache);
/// The same of images to train on, augmented as the method says; `matched` are these, where they are matched.
std::unique_ptr<data::BatchSource> make_training_source(const models::Classifier& classifier,
                                                        const models::Method& method, const RunSpec& spec,
                                                        const data::Selection& images,
                                                        const std::shared_ptr<data::MatchedImages>& matched,
                                                        const std::filesystem::path& cache);

/// A store whose features some runs need and the cache does not hold yet.
struct MissingFeatures {
  const data::ImageStore* store;
  train::FeatureRequest request;
};
std::vector<MissingFeatures> missing_features(const Session& session, const std::vector<std::size_t>& todo);

/// A file that the runs `todo` read from the cache, image stores or features, and that is not there; nothing when all
/// are.
std::optional<std::filesystem::path> missing_input(const Session& session, const std::vector<std::size_t>& todo);

/// Computes with `threads` threads (0 = one per core) the features that the runs `todo` need and the cache does not
/// hold yet. What a stopped call had computed is kept. Throws Error, or Stopped.
void prepare_features(const Session& session, const std::vector<std::size_t>& todo,
                      const std::function<void(std::size_t done, std::size_t total)>& on_progress,
                      unsigned threads = 0);

}  // namespace ersatz::study
