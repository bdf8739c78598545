#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "data/derive/derived_kind.hpp"

namespace ersatz::data {

/// A new source that is to be made from one that is there.
struct DeriveOptions {
  DerivedKind kind;
  std::string from, with;                      ///< sources; `with` for Derive::mixed alone
  std::optional<std::size_t> images;           ///< in all, the same number of each class; else all that there are
  std::uint64_t seed = 1;                      ///< another one takes other images
  std::vector<std::filesystem::path> without;  ///< derived folders whose images are left out
  std::filesystem::path folder;                ///< to be made
  std::string version;                         ///< of ersatz, for the manifest
  unsigned threads = 0;                        ///< 0: as many as the machine has; nothing depends on it
  /// Called by one thread with what is done, and the share of it where that is known.
  std::function<void(const std::string&, std::optional<double>)> on_progress;
};

/// What is in the folder then.
struct DerivedSource {
  bool was_there = false;  ///< it was made before, by the same settings from the same data
  std::size_t images = 0, classes = 0;
};

/// Refuses, before any image is read, options that do not fit each other, and a folder that is there and that no
/// derive() made. Throws Error.
void check_derive(const DeriveOptions& options);

/// Writes folder/CLASS/00001.png ..., lossless, and folder/manifest.json; whole or not at all. Images come from
/// training images alone. The same data and options make the same bytes. A folder that is there already is left as it
/// is, and an Error where its settings or data were others. Throws Error or Stopped.
DerivedSource derive(const DataSet& set, const DeriveOptions& options);

}  // namespace ersatz::data
