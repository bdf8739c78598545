#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "data/image_store.hpp"
#include "data/import/import_options.hpp"

namespace ersatz::data {

/// A named, labelled set of images with a train and a test split. CIFAKE has two: REAL and FAKE.
/// A split that holds no image is null.
struct Source {
  std::string name;
  std::shared_ptr<const ImageStore> train, test;
  /// Where the files of each split lie in the archive or folder: "train/REAL". A file's path is
  /// folder(split) + "/" + ImageStore::file_name().
  std::string train_folder, test_folder;

  const std::string& folder(Split which) const { return which == Split::train ? train_folder : test_folder; }
  const ImageStore* split(Split which) const { return which == Split::train ? train.get() : test.get(); }
};

/// What a study or a command reads images from: one path with all sources, or a path per source,
/// or both. A path is a zip, a tar (.gz), a folder, or CIFAR-10 binary batches (per source only).
struct DataLocation {
  std::optional<std::filesystem::path> path;
  std::map<std::string, std::filesystem::path> sources;
};

/// All images that a study may use, opened and ready.
struct DataSet {
  std::vector<std::string> classes;  ///< class names, in label order
  ImageShape shape;                  ///< one image size for all sources
  std::vector<Source> sources;       ///< in byte order of their names
  std::vector<SkippedFile> skipped;  ///< files left out by ImportOptions::skip_broken
  std::vector<IgnoredFiles> ignored;
  RemarkCounts remarks;  ///< what was done to images that were imported
  /// 64 hexadecimal digits over the fingerprints of all stores and the class names.
  std::string fingerprint;

  /// Throws Error naming the sources there are when `name` is none of them.
  const Source& source(std::string_view name) const;

  /// What reopen_data_set() needs to open the same stores in another process without looking at
  /// the archive again.
  Json manifest() const;
};

/// Opens the stores of `location`, importing (decoding) what the cache does not hold yet. Throws
/// Error (path missing, no archive, truncated archive, unsafe entry, broken image, sizes differ,
/// unknown label, no images) and leaves the cache as it was.
DataSet open_data_set(const DataLocation& location, const ImportOptions& options);

/// Opens the stores that DataSet::manifest() named.
DataSet reopen_data_set(const Json& manifest);

/// $ERSATZ_CACHE, else $XDG_CACHE_HOME/ersatz, else ~/.cache/ersatz.
std::filesystem::path default_cache_folder();

}  // namespace ersatz::data
