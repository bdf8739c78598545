#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "data/image_store.hpp"
#include "data/import/container.hpp"

namespace ersatz::data {

/// A file of a container and the images it holds: one, or the records of a CIFAR-10 batch.
struct PlannedFile {
  std::size_t file = 0;    ///< index into Container::files()
  std::string name;        ///< below the folder of the split; a record's is "name/00042"
  std::int32_t label = 0;  ///< class index; a CIFAR-10 record brings its own
  std::size_t images = 1;
};

/// What becomes one ImageStore, in byte order of the names.
struct PlannedSplit {
  std::string source;
  Split split = Split::train;
  std::string folder;  ///< inside the container: "DATASET/train/REAL"
  std::vector<PlannedFile> files;

  std::size_t image_count() const;
};

/// How a container's files are split, sourced and labelled.
struct Layout {
  std::vector<std::string> classes;
  std::vector<PlannedSplit> splits;  ///< by source, train before test; none is empty
  std::vector<IgnoredFiles> ignored;
  bool cifar_batches = false;
};

/// Finds {train,test}/SOURCE/... below any folders. `path` is for messages. Throws Error for files
/// with an image's ending that have no label, class folders that differ between sources or splits,
/// and containers without images.
///
/// With `source` the container is that source's own: it may also hold {train,test}/CLASS/x.png, or
/// {train,test}/0000 (2).jpg, or CIFAR-10's binary batches.
Layout find_layout(const Container& container, const std::filesystem::path& path,
                   const std::optional<std::string>& source);

}  // namespace ersatz::data
