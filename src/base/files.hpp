#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace ersatz {

/// The whole file as bytes. Throws Error naming the file.
std::string read_file(const std::filesystem::path& path);

/// Writes `bytes` to `path` so that the file appears whole or not at all: a temporary file beside
/// it is written and renamed. Missing folders are made. Throws Error (disk full, no permission).
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// A file that is written piece by piece and appears under its name only with commit(). Without
/// commit() nothing is left behind.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends. Throws Error when the disk is full or the write fails.
  void write(const void* bytes, std::size_t size);
  void write(std::string_view bytes) { write(bytes.data(), bytes.size()); }

  /// Overwrites `size` bytes at `offset` (the file may be sparse until then).
  void write_at(std::size_t offset, const void* bytes, std::size_t size);

  /// Where the bytes are until commit(), to read them back.
  const std::filesystem::path& temporary_path() const { return temporary_; }

  void commit();
  /// As commit(), under another name in the same folder: for names that follow from the content.
  void commit_as(std::filesystem::path path);

 private:
  std::filesystem::path path_, temporary_;
  int descriptor_ = -1;
};

/// A whole file, memory-mapped read-only. The pages are shared by all processes that map it.
class MappedFile {
 public:
  MappedFile() = default;
  /// Throws Error naming the file when it cannot be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// An exclusive lock on a file, held until destruction or the end of the process, however it ends.
class FileLock {
 public:
  /// Waits until the lock is free. Makes the file when it is missing. A holder may delete the file:
  /// those who wait then lock a new one. Throws Stopped when a stop is requested while it waits.
  static FileLock wait(const std::filesystem::path& path);
  /// Returns a lock that is not held() when another process holds it.
  static FileLock attempt(const std::filesystem::path& path);
  /// Whether some process holds the lock. Makes no file.
  static bool is_held(const std::filesystem::path& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

  bool held() const { return descriptor_ >= 0; }

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// The text of errno for messages: "No space left on device".
std::string errno_text();

}  // namespace ersatz
