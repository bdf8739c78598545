#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/image_store.hpp"
#include "data/import/container.hpp"
#include "data/import/import_options.hpp"

namespace ersatz::data {

class FileReader;

/// A file of a container and the images it holds: one, or as many as it has records.
struct PlannedFile {
  std::size_t file = 0;    ///< index into Container::files()
  std::string name;        ///< below the folder of the split
  std::int32_t label = 0;  ///< class index of a single image; records bring their own
  std::size_t images = 1;
  std::string member = {};               ///< which of the arrays in the file, where it holds several
  std::optional<std::uint64_t> group{};  ///< hash of the group's name, where the layout knows of groups
};

/// What image `i` of `file` is called in its store: the file's name, or "NAME/00042" where it holds several.
std::string image_name(const PlannedFile& file, std::size_t i);

/// The files that become one ImageStore, in byte order of their names.
struct PlannedSplit {
  std::string source;
  std::optional<Split> split = Split::train;  ///< nothing where the container does not say
  std::string folder;                         ///< inside the container: "DATASET/train/REAL"
  std::vector<PlannedFile> files;

  std::size_t image_count() const;
};

/// How a container's files are split, sourced and labelled.
struct Layout {
  std::vector<std::string> classes;
  std::vector<PlannedSplit> splits;  ///< by source, train before test; none is empty
  std::vector<IgnoredFiles> ignored;
  std::shared_ptr<const FileReader> reader;  ///< makes images of all these files
  std::string taken_for{};           ///< what the container was recognised as: "train/ and test/, class folders"
  std::vector<std::string> notes{};  ///< what a reader of results must know, as sentences without a full stop
};

/// The error for a container that may be one source, but does not say which.
struct NamesNoSource : Error {
  using Error::Error;
};

/// Recognises what a container holds: a format of many images in a file (CIFAR-10's batches, Parquet), else single
/// image files. `path` is for messages. Throws Error for files with an image's ending that have no label, class folders
/// that differ between sources or splits, and containers without images.
///
/// With `source` the container is that source's own; formats that name no source throw NamesNoSource without.
/// `reading` says what single image files do not say themselves.
Layout find_layout(const Container& container, const std::filesystem::path& path,
                   const std::optional<std::string>& source, const Reading& reading);

}  // namespace ersatz::data
