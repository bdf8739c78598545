#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace ersatz::data {

/// An image file that was left out of the import, and why.
struct SkippedFile {
  std::string path, reason;
};

/// Files that are no images of the data set: how many for one reason, and one of them.
struct IgnoredFiles {
  std::string reason, example;
  std::size_t count = 0;
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

}  // namespace ersatz::data
