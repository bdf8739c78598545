#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ersatz::data {

/// Writes a tar that is compressed with xz, file by file. Its bytes depend on names and contents alone (and on the
/// version of liblzma): no times, no owners. It appears whole or not at all, with commit(). Throws Error.
class TarXzWriter {
 public:
  explicit TarXzWriter(const std::filesystem::path& path);
  ~TarXzWriter();
  TarXzWriter(const TarXzWriter&) = delete;
  TarXzWriter& operator=(const TarXzWriter&) = delete;

  /// Appends a file; `name` is relative and uses "/".
  void add(const std::string& name, std::string_view bytes);
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads a tar, plain or compressed with xz, that somebody else may have made: once, from its beginning to its end. Of
/// each file `admit` is told the name and the size that it says to have, and throws an Error or returns false, which
/// ends the reading, before memory is taken; then `take` gets its bytes. Memory grows with the bytes that are there.
/// Throws Error naming the archive when it is none, is cut short or damaged, or holds anything but plain files.
struct TarXzVisitor {
  std::function<bool(const std::string& name, std::uint64_t size)> admit;
  std::function<void(const std::string& name, std::string_view bytes)> take;
};
void read_tar_xz(const std::filesystem::path& path, const TarXzVisitor& visitor);

/// Whether the first bytes of a file are those of xz, or of a tar. Throws Error when it cannot be read.
bool begins_as_tar_xz(const std::filesystem::path& path);

}  // namespace ersatz::data
