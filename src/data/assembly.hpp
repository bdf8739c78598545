#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "data/import/import.hpp"

namespace ersatz::data {

/// Puts the images of several containers together as one DataSet: unites their classes, divides what has no split and
/// says what a reader must know. Where labels change or a split is made, views of the imported stores are taken.
class Assembly {
 public:
  /// Stores lie in, and views are added to, the cache in `cache`.
  Assembly(const DataLocation& location, std::filesystem::path cache);

  /// Of what was imported from `path`, takes the sources that `wanted` says. `own` says that it is one source's own.
  void add(const std::filesystem::path& path, const Imported& imported, bool own,
           const std::function<bool(const std::string&)>& wanted);

  DataSet finish();

 private:
  /// A source's images in one split, or in none yet.
  struct Part {
    std::filesystem::path path;
    std::size_t container;
    std::string source;
    std::optional<Split> split;
    std::string folder;
    std::shared_ptr<const ImageStore> store;
  };

  void check_rules() const;
  void refuse_strangers(const UnitedClasses& classes) const;
  void require_labels(const Part& part) const;
  std::shared_ptr<const ImageStore> relabelled(const Part& part, const UnitedClasses& classes,
                                               const std::vector<bool>* chosen) const;
  void divide(const Part& part, const UnitedClasses& classes);
  void put(const Part& part, Split split, std::shared_ptr<const ImageStore> store);

  const DataLocation& location_;
  std::filesystem::path cache_;
  std::vector<Part> parts_;
  std::vector<std::vector<std::string>> class_lists_;  // of each container
  std::vector<bool> own_;                              // of each container
  DataSet set_;
  std::map<std::string, Source> sources_;  // in byte order of the names
};

struct ViewContent;
/// The view with this content, which is made in the cache folder `cache` where it is not there yet.
std::shared_ptr<const ImageStore> view_in_cache(const ViewContent& content, const std::filesystem::path& cache);

/// Throws Error when a rule of `location` names a source that is none of `known`.
void check_source_names(const DataLocation& location, const std::vector<std::string>& known);

/// 64 hexadecimal digits over classes, sources, splits and the fingerprints of the stores.
std::string fingerprint_of(const DataSet& set);

/// A sentence for each class that a source lacks in one of its splits, and for a set with one class.
std::vector<std::string> describe_missing_classes(const DataSet& set);

}  // namespace ersatz::data
