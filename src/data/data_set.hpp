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

/// An image file that was left out of the import, and why.
struct SkippedFile {
  std::string path, reason;
};

/// Files that are no images of the data set: how many for one reason, and one of them.
struct IgnoredFiles {
  std::string reason, example;
  std::size_t count = 0;
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
  /// 64 hexadecimal digits over the fingerprints of all stores and the class names.
  std::string fingerprint;

  /// Throws Error naming the sources there are when `name` is none of them.
  const Source& source(std::string_view name) const;

  /// What reopen_data_set() needs to open the same stores in another process without looking at
  /// the archive again.
  Json manifest() const;
};

struct ImportProgress {
  std::string path;                  ///< the archive or folder being read
  std::size_t done = 0;              ///< images decoded so far
  std::optional<std::size_t> total;  ///< where it is known beforehand
};

struct ImportOptions {
  std::filesystem::path cache;  ///< folder for the packed stores
  bool skip_broken = false;     ///< leave out images that do not decode instead of failing
  bool verify = false;          ///< hash the input again even when its size and time are unchanged
  unsigned threads = 0;         ///< decoding threads; 0 = one per core
  std::function<void(const ImportProgress&)> on_progress;  ///< called now and then from one thread at a time
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
