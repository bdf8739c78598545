#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace ersatz {

/// The whole file as bytes. Throws Error naming the file.
std::string read_file(const std::filesystem::path& path);

/// Makes a folder where only that one is missing, not what it would lie in: a tree that was deleted is not made anew by
/// those who still write to it. Throws Error.
void make_folder(const std::filesystem::path& folder);
/// Makes a folder and all that it would lie in. Throws Error.
void make_folders(const std::filesystem::path& folder);

/// Gives a finished file or folder its name, and replaces a file of that name. Everything that appears whole or not at
/// all gets its name here: first what any program wrote to `from` is on the disk (of a folder: all files in it, not in
/// folders below it), then the name. After a power cut there is what was there before, or all of the new. Both
/// names are on one file system. Throws Error naming `to`.
void move_into_place(const std::filesystem::path& from, const std::filesystem::path& to);
/// The same of a folder, which replaces nothing: false when there is a folder of that name with something in it.
bool publish_folder(const std::filesystem::path& from, const std::filesystem::path& to);

/// For a folder that counts only when it gets its own name, by move_into_place(), which syncs all that is in it: while
/// the object lives, this process does not sync the names of files there one by one, or neither names nor files.
class SyncLater {
 public:
  enum What { names, files };
  SyncLater(std::filesystem::path folder, What what);
  ~SyncLater();
  SyncLater(const SyncLater&) = delete;
  SyncLater& operator=(const SyncLater&) = delete;

 private:
  std::filesystem::path folder_;
  What what_;
};

/// Writes `bytes` to `path` so that the file appears whole or not at all, as AtomicFile does.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Writes one of many files of a folder that is not in use yet: neither synced nor under a temporary name. Before the
/// folder gets its name, sync_file_system() does for all of them what AtomicFile does for one. Throws Error.
void write_unsynced(const std::filesystem::path& path, std::string_view bytes);
/// Everything on the file system of `folder` is on the disk.
void sync_file_system(const std::filesystem::path& folder);

/// A file that is written piece by piece, by this or another program, under a temporary name beside its own, and
/// appears under its own only with commit(). Without commit() nothing is left behind, and what a kill leaves is found
/// by remove_abandoned(). The folder it lies in is made, see make_folder(). Throws Error (disk full, no permission).
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

  /// Where the bytes are until commit(), to read them back, or for another program to write them in place.
  const std::filesystem::path& temporary_path() const { return temporary_; }

  void commit();
  /// As commit(), under another name in the same folder: for names that follow from the content.
  void commit_as(std::filesystem::path path);

 private:
  std::filesystem::path path_, temporary_;
  int descriptor_ = -1;
};

/// Whether `path` has the name of an AtomicFile before commit(): ".NAME.PROCESS-NUMBER.tmp".
bool is_temporary(const std::filesystem::path& path);

/// What became of a file that was to go.
enum class Removal { done, missing, in_use, refused };
/// Deletes a file that no process has locked, alone or with others, as AtomicFile and MappedFile::Use::seen do. Of a
/// link, or of what is no file, nothing is deleted: refused, as where rights are missing. Where the file system has no
/// locks every file counts as in use.
Removal remove_unused(const std::filesystem::path& path);
/// What remove_unused() would do, rights aside.
Removal try_removal(const std::filesystem::path& path);

/// Deletes the temporary files in `folder` (not below it) whose writers are gone, however they ended and on whatever
/// machine they ran: each holds a lock on its file. A folder that is missing has none.
void remove_abandoned(const std::filesystem::path& folder);

/// A whole file, memory-mapped read-only. The pages are shared by all processes that map it.
class MappedFile {
 public:
  /// Whether others can see that the file is in use: it is locked, together with whoever else maps it, while it is
  /// mapped. Where the file system has no locks they cannot.
  enum class Use { unseen, seen };

  MappedFile() = default;
  /// Throws Error naming the file when it cannot be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path, Use use = Use::unseen);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  int descriptor_ = -1;  // holds the lock
};

/// A lock on a file, for one process alone or shared by several, held until destruction or the end of the process,
/// however it ends. Where the file system has no locks everybody gets one, which is_real() tells.
class FileLock {
 public:
  /// Waits until the lock is free. Makes the file when it is missing. A holder may delete the file:
  /// those who wait then lock a new one. Throws Stopped when a stop is requested while it waits.
  static FileLock wait(const std::filesystem::path& path);
  /// Returns a lock that is not held() when another process holds it, or the file was deleted just now.
  static FileLock attempt(const std::filesystem::path& path);
  /// The same of a lock that several may hold together.
  static FileLock attempt_shared(const std::filesystem::path& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

  /// Lets others share it from now on. Another may have it alone in between.
  void share();

  bool held() const { return descriptor_ >= 0; }
  bool is_real() const { return real_; }
  /// Whether the file that is locked still has this name: it was not deleted, renamed or replaced.
  bool is_at(const std::filesystem::path& path) const;

 private:
  explicit FileLock(int descriptor, bool real = true) : descriptor_(descriptor), real_(real) {}
  static FileLock attempt(const std::filesystem::path& path, int operation);

  int descriptor_;
  bool real_;
};

/// The text of errno for messages: "No space left on device".
std::string errno_text();

}  // namespace ersatz
