#pragma once

#include <filesystem>
#include <string_view>

#include "data/image_store.hpp"
#include "models/backbone.hpp"
#include "models/pretrained.hpp"
#include "train/feature_cache.hpp"

namespace ersatz::train {

/// Bytes of the header of a file of features: one line of JSON, filled up with zeros.
inline constexpr std::size_t kFeatureHeader = 4096;

/// Images of one forward pass, and of the shards that threads take in turn.
inline constexpr int kFeatureBatch = 64;
inline constexpr std::size_t kFeatureShard = 16 * kFeatureBatch;

/// Runs every image of `store` through the backbone and writes a file of features with
/// `description` as its header. The images are cut into fixed shards, each computed by one thread,
/// so the bits do not depend on the number of threads. Finished shards are kept in files beside
/// `path`, from which a later call goes on. Throws Error, or Stopped when a stop is requested.
void extract_features(const data::ImageStore& store, const models::Backbone& backbone,
                      const models::PretrainedWeights& weights, nn::Precision precision, std::string_view description,
                      const std::filesystem::path& path, const FeatureOptions& options);

}  // namespace ersatz::train
