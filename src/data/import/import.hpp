#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/import/container.hpp"
#include "data/import/import_options.hpp"
#include "data/import/layout.hpp"

namespace ersatz::data {

/// One store that an import made.
struct ImportedStore {
  std::string source;
  std::optional<Split> split = Split::train;  ///< nothing where the container does not say
  std::string folder;                         ///< of the images inside the container
  std::string file;                           ///< name of the store in the cache's stores/ folder
};

/// What an import found, besides the pixels in the stores.
struct Imported {
  std::vector<std::string> classes;
  std::vector<ImportedStore> stores;  ///< by source, train before test
  std::vector<SkippedFile> skipped;
  std::vector<IgnoredFiles> ignored;
  RemarkCounts remarks;
  std::string taken_for{};           ///< as Layout::taken_for
  std::vector<std::string> notes{};  ///< as Layout::notes
};

/// Decodes all images of a container into stores in `store_folder`, then calls `publish`, which
/// writes the index. When it or `publish` throws (Error, Stopped), the folder holds what it held
/// before. `path` is the container's, for messages.
Imported import_images(const Container& container, const std::filesystem::path& path, const Layout& layout,
                       const std::filesystem::path& store_folder, const ImportOptions& options,
                       const std::function<void(const Imported&)>& publish);

}  // namespace ersatz::data
