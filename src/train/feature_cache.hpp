#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "data/image_store.hpp"
#include "nn/precision.hpp"

namespace ersatz::train {

/// The ending of the lock that whoever computes features holds, in place of theirs.
inline constexpr std::string_view kFeatureLock = ".lock";

/// The pooled features of a frozen backbone for every image of a store: a memory-mapped file
/// [images, features] of f32, shared by all processes. Format: docs/file-formats.md.
class FeatureTable {
 public:
  /// Throws DamagedFile when the file is cut short or its header is not what was written.
  explicit FeatureTable(const std::filesystem::path& path);

  std::size_t images() const { return images_; }
  std::size_t features() const { return features_; }
  /// Compares the row with its checksum, each time, and throws DamagedFile. Files of versions up to 0.2 have none.
  std::span<const float> row(std::size_t image) const;

 private:
  std::filesystem::path path_;
  MappedFile file_;
  std::size_t images_ = 0, features_ = 0;
  std::span<const float> values_;
  std::vector<std::uint64_t> checks_;  // by row, then one more; empty where the file has none
};

/// What stands behind the values of a file of features whose header and values are `bytes`: uint64 [images], the
/// checksum() of each row, then that of the header and of these.
std::string feature_checks(std::span<const std::byte> bytes, std::size_t images, std::size_t features);

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

/// Where the features are, or would be.
std::filesystem::path feature_file(const data::ImageStore& store, const FeatureRequest& request);

/// Whether the features are there, so that pooled_features() only opens them.
bool has_features(const data::ImageStore& store, const FeatureRequest& request);

}  // namespace ersatz::train
