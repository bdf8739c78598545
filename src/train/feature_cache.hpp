#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/files.hpp"
#include "data/image_store.hpp"
#include "nn/precision.hpp"

namespace ersatz::train {

/// The pooled features of a frozen backbone for every image of a store: a memory-mapped file
/// [images, features] of f32, shared by all processes. Format: docs/file-formats.md.
class FeatureTable {
 public:
  /// Throws Error when the file is damaged or cut short.
  explicit FeatureTable(const std::filesystem::path& path);

  std::size_t images() const { return images_; }
  std::size_t features() const { return features_; }
  std::span<const float> row(std::size_t image) const { return values_.subspan(image * features_, features_); }

 private:
  MappedFile file_;
  std::size_t images_ = 0, features_ = 0;
  std::span<const float> values_;
};

/// Which features: they are the same whenever all of this is.
struct FeatureRequest {
  std::string backbone;                ///< "vgg16", "vgg16:block3"
  std::filesystem::path weights_file;  ///< read only when the features are not there yet
  std::string weights_hash;            ///< SHA-256 of that file
  nn::Precision precision = nn::Precision::f32;
  std::filesystem::path cache;  ///< folder; the features lie in cache/features
};

struct FeatureOptions {
  unsigned threads = 0;  ///< 0 = one per core; the result does not depend on it
  std::function<void(std::size_t done, std::size_t total)> on_progress;  ///< images; one call at a time
};

/// Opens the features of `store`, computing them first where they are missing. What a stopped or
/// killed process had computed is kept; of several processes that ask at the same time one
/// computes and the others wait. Throws Error (weights, disk full), or Stopped.
std::shared_ptr<const FeatureTable> pooled_features(const data::ImageStore& store, const FeatureRequest& request,
                                                    const FeatureOptions& options = {});

/// Whether the features are there, so that pooled_features() only opens them.
bool has_features(const data::ImageStore& store, const FeatureRequest& request);

}  // namespace ersatz::train
