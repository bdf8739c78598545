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
#include "data/class_names.hpp"
#include "data/image_store.hpp"
#include "data/import/import_options.hpp"
#include "data/parents.hpp"
#include "data/set_aside.hpp"

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

/// What a path was recognised as: "train/ and test/, class folders". Empty where an older version imported it.
struct TakenFor {
  std::string path, text;
};

/// What a study or a command reads images from: one path with all sources, or a path per source,
/// or both. A path is a zip, a tar (.gz), a folder, or a file or folder of a format that holds many images (per source
/// only). What the files do not say themselves is said by the rest. docs/data.md is the manual.
struct DataLocation {
  std::optional<std::filesystem::path> path;
  std::map<std::string, std::filesystem::path> sources;
  JoinedClasses classes{};                         ///< other names for classes
  BySource<std::string> labels{};                  ///< Reading::labels
  BySource<ImageColumns> columns{};                ///< Reading::columns
  BySource<std::string> group{};                   ///< Reading::group
  BySource<TestAmount> test{};                     ///< what is set aside of sources without a split
  std::map<std::string, std::string> made_from{};  ///< source -> the one whose images its images were made from
};

/// All images that a study may use, opened and ready.
struct DataSet {
  std::vector<std::string> classes;  ///< class names, in label order
  ImageShape shape;                  ///< one image size for all sources
  std::optional<Resize> resize;      ///< how images of other sizes were made this one, where that was asked for
  std::vector<Source> sources;       ///< in byte order of their names
  std::vector<Source> test_sets;     ///< test images of these put together anew (changed_images.hpp), without training
  std::vector<SkippedFile> skipped;  ///< files left out by ImportOptions::skip_broken
  std::vector<IgnoredFiles> ignored;
  RemarkCounts remarks;               ///< what was done to images that were imported
  std::vector<TakenFor> taken_for;    ///< what each path was recognised as
  std::vector<std::string> notes;     ///< what a reader of results must know: what was set aside, which classes lack
  std::vector<Parentage> parentages;  ///< of DataLocation::made_from, and of groups on both sides
  /// 64 hexadecimal digits over the fingerprints of the sources' stores and the class names.
  std::string fingerprint;

  /// A source, or a test set. Throws Error naming the sources there are when `name` is none of them.
  const Source& source(std::string_view name) const;
  /// The test set of that name, or null.
  const Source* test_set(std::string_view name) const;

  /// What reopen_data_set() needs to open the same stores in another process without looking at
  /// the archive again.
  Json manifest() const;
};

/// Opens the stores of `location`, importing (decoding) what the cache does not hold yet; options.reading comes from
/// `location`. Throws Error (path missing, no archive, truncated archive, unsafe entry, broken image, sizes differ,
/// unknown label, no images) and leaves the cache as it was; and, when all are imported, for sources that do not fit
/// each other and rules that fit no source.
DataSet open_data_set(const DataLocation& location, const ImportOptions& options);

/// Opens the stores that DataSet::manifest() named.
DataSet reopen_data_set(const Json& manifest);

/// $ERSATZ_CACHE, else $XDG_CACHE_HOME/ersatz, else ~/.cache/ersatz.
std::filesystem::path default_cache_folder();

}  // namespace ersatz::data
