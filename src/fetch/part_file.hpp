#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.hpp"

namespace ersatz::fetch {

/// What identifies the server's file, so that the rest of it can be asked for later.
struct FileIdentity {
  std::string url;        ///< as the user gave it, before redirects
  std::string validator;  ///< a strong ETag, else Last-Modified, else empty
  std::optional<std::uint64_t> total;
};

/// A download in progress: `destination`.part holds the bytes, `destination`.part.json the
/// FileIdentity they belong to. The part is locked: one process at a time writes to it.
class PartFile {
 public:
  /// Opens what an earlier download of `url` left, or starts anew. Throws Error when another
  /// process is downloading to the same destination, or the folder cannot be written.
  PartFile(std::filesystem::path destination, const std::string& url);
  /// Keeps the part unless it is empty or was discarded.
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  std::uint64_t size() const { return size_; }
  const FileIdentity& identity() const { return identity_; }
  const std::filesystem::path& path() const { return part_; }
  /// Whether the server can be asked for the rest: there is a part, and a validator or length to recognise the
  /// same file by.
  bool resumable() const;

  /// Throws the bytes away and begins a file of that identity.
  void restart(const FileIdentity& identity);
  void append(std::string_view bytes);
  /// Gives the part its name.
  void commit();
  /// Removes the part.
  void discard();

 private:
  std::filesystem::path destination_, part_, state_;
  std::optional<FileLock> lock_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  FileIdentity identity_;
};

}  // namespace ersatz::fetch
