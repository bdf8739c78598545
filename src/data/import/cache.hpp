#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "data/import/container.hpp"
#include "data/import/import.hpp"

namespace ersatz::data {

// The cache folder: stores/ with image stores, index/ with what imports found. The index has two
// steps: a path with its stamp gives the content's hash, and the content's hash gives the stores.
// Every file of the index can be deleted at any time. Format: docs/file-formats.md.

class Cache {
 public:
  explicit Cache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path store_folder() const { return folder_ / "stores"; }
  /// Held by whoever imports.
  std::filesystem::path lock_file() const { return folder_ / "lock"; }

  /// The content hash of `path` when its stamp is still the same.
  std::optional<std::string> known_content(const std::filesystem::path& path, const ContainerStamp& stamp) const;
  void remember_content(const std::filesystem::path& path, const ContainerStamp& stamp,
                        const std::string& content) const;

  /// What an import is known by, besides the content of its container.
  struct Request {
    std::optional<std::string> source;  ///< the name under which a source's own container was read
    std::optional<Resize> resize;
    std::string reading;  ///< what else was asked for; empty for nothing
  };
  /// What an import of that content found; empty when there was none, or when a store is missing.
  std::optional<Imported> known_import(const std::string& content, const Request& request, bool skip_broken) const;
  void remember_import(const std::string& content, const Request& request, const Imported& imported) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// The right to import into a cache folder, held by one process at a time; others wait for it.
/// Makes the folder. When it ends without keep(), a folder that it made is gone again.
class CacheSession {
 public:
  /// Also removes what a killed import has left behind. Throws Stopped when a stop is requested
  /// while another process imports.
  explicit CacheSession(const Cache& cache);
  ~CacheSession();
  CacheSession(const CacheSession&) = delete;
  CacheSession& operator=(const CacheSession&) = delete;

  void keep() { keep_ = true; }

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;  // innermost last
  std::optional<FileLock> lock_;
  bool keep_ = false;
};

}  // namespace ersatz::data
