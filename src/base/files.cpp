#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "base/unreadable_file.hpp"

namespace ersatz {
namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(std::string_view action, const fs::path& path) {
  const std::string hint = errno == ENOSPC ? "free some space, or choose another folder" : "";
  throw Error(fmt::format("cannot {} {}: {}", action, path.string(), errno_text()), hint);
}

int open_or_fail(const fs::path& path, int flags, std::string_view action) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  if (descriptor < 0) fail(action, path);
  return descriptor;
}

// Of a file that should be read.
[[noreturn]] void fail_to_read(std::string_view action, const fs::path& path) {
  const bool is_no_file = errno == ENOENT || errno == ENOTDIR || errno == EISDIR || errno == ELOOP;
  if (is_no_file) fail(action, path);
  throw UnreadableFile(fmt::format("cannot {} {}: {}", action, path.string(), errno_text()));
}

int open_to_read(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail_to_read("open", path);
  return descriptor;
}

void write_all(int descriptor, const char* bytes, std::size_t size, off_t offset, const fs::path& path) {
  while (size > 0) {
    const ssize_t written = offset < 0 ? ::write(descriptor, bytes, size) : ::pwrite(descriptor, bytes, size, offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path);
    bytes += written;
    size -= static_cast<std::size_t>(written);
    if (offset >= 0) offset += written;
  }
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

// Whether `path` still names the open file.
bool names_file(const fs::path& path, int descriptor) {
  struct stat open {
  }, named{};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
         open.st_dev == named.st_dev;
}

// What any program wrote to a file, or which names a folder holds. `path` is for the message.
void sync(const fs::path& file, const fs::path& path) {
  const int descriptor = open_or_fail(file, O_RDONLY, "write");
  const bool failed = ::fsync(descriptor) != 0;
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (failed) fail("write", path);
}

std::mutex synced_later_mutex;
std::multiset<std::pair<fs::path, SyncLater::What>> synced_later;

bool is_synced_later(const fs::path& folder, SyncLater::What what) {
  const std::lock_guard guard(synced_later_mutex);
  return synced_later.contains({folder, what});
}

// The same of a folder that others use too. File systems that cannot sync folders do it in their own way, or not at
// all.
void sync_folder(const fs::path& folder, const fs::path& path) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // may be written to, but not be listed
  const bool failed = ::fsync(descriptor) != 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT);
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (failed) fail("write", path);
}

// flock() on some network file systems.
bool has_no_locks(int reason) { return reason == ENOSYS || reason == ENOLCK || reason == EOPNOTSUPP; }

// Process id and a counter: two processes, or two threads, never share a temporary file.
fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() / fmt::format(".{}.{}-{}.tmp", path.filename().string(), ::getpid(), counter++);
}

}  // namespace

std::string errno_text() { return std::strerror(errno); }

std::string read_file(const fs::path& path) {
  const int descriptor = open_to_read(path);
  std::string bytes;
  struct stat info {};
  if (::fstat(descriptor, &info) == 0 && info.st_size > 0) bytes.reserve(static_cast<std::size_t>(info.st_size));
  char buffer[1 << 16];
  while (true) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int reason = errno;
      ::close(descriptor);
      errno = reason;
      fail_to_read("read", path);
    }
    if (got == 0) break;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  return bytes;
}

void write_file(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0777) == 0) {
    sync_folder(folder_of(folder), folder);
  } else if (const int reason = errno; !fs::is_directory(folder)) {
    errno = reason;
    fail("make the folder", folder);
  }
}

void make_folders(const fs::path& folder) {
  if (folder.empty() || fs::is_directory(folder)) return;
  const fs::path plain = folder.has_filename() ? folder : folder.parent_path();  // "a/b/"
  make_folders(plain.parent_path());
  make_folder(plain);
}

SyncLater::SyncLater(fs::path folder, What what) : folder_(std::move(folder)), what_(what) {
  const std::lock_guard guard(synced_later_mutex);
  synced_later.emplace(folder_, what_);
}

SyncLater::~SyncLater() {
  const std::lock_guard guard(synced_later_mutex);
  synced_later.erase(synced_later.find({folder_, what_}));
}

namespace {

// rename() and the syncs around it. False where rename() fails, for the reason in errno.
bool move_synced(const fs::path& from, const fs::path& to) {
  const fs::path folder = folder_of(to);
  const bool later = is_synced_later(folder, SyncLater::files);
  // Without the sync a crash of the machine may leave a renamed but empty file.
  if (!later) {
    std::error_code code;
    for (const fs::directory_entry& entry : fs::directory_iterator(from, code)) {  // none where it is a file
      if (entry.is_regular_file(code)) sync(entry.path(), to);
    }
    sync(from, to);
  }
  if (::rename(from.c_str(), to.c_str()) != 0) return false;
  if (!later && !is_synced_later(folder, SyncLater::names)) sync_folder(folder, to);
  return true;
}

}  // namespace

void move_into_place(const fs::path& from, const fs::path& to) {
  if (!move_synced(from, to)) fail("write", to);
}

bool publish_folder(const fs::path& from, const fs::path& to) {
  // rename() replaces no folder that is not empty (POSIX).
  if (move_synced(from, to)) return true;
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  fail("write", to);
}

void write_unsynced(const fs::path& path, std::string_view bytes) {
  const int descriptor = open_or_fail(path, O_WRONLY | O_CREAT | O_TRUNC, "write");
  try {
    write_all(descriptor, bytes.data(), bytes.size(), -1, path);
  } catch (const Error&) {
    ::close(descriptor);
    throw;
  }
  if (::close(descriptor) != 0) fail("write", path);
}

void sync_file_system(const fs::path& folder) {
  const int descriptor = open_or_fail(folder, O_RDONLY, "open");
  const bool failed = ::syncfs(descriptor) != 0;
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (failed) fail("write", folder);
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  make_folder(folder_of(path_));
  while (descriptor_ < 0) {
    temporary_ = temporary_name(path_);
    const int descriptor = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0 && errno == EEXIST) continue;  // left by a process that had our id
    if (descriptor < 0) fail("write", path_);
    // The lock says that the writer lives. Before it was there, somebody may have taken the file for abandoned.
    const bool taken = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (taken || !names_file(temporary_, descriptor)) {
      ::close(descriptor);
      continue;
    }
    descriptor_ = descriptor;
  }
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::unlink(temporary_.c_str());
  ::close(descriptor_);
}

void AtomicFile::write(const void* bytes, std::size_t size) {
  write_all(descriptor_, static_cast<const char*>(bytes), size, -1, path_);
}

void AtomicFile::write_at(std::size_t offset, const void* bytes, std::size_t size) {
  write_all(descriptor_, static_cast<const char*>(bytes), size, static_cast<off_t>(offset), path_);
}

void AtomicFile::commit_as(fs::path path) {
  path_ = std::move(path);
  commit();
}

void AtomicFile::commit() {
  move_into_place(temporary_, path_);
  ::close(std::exchange(descriptor_, -1));  // with it the lock
}

bool is_temporary(const fs::path& path) {
  const std::string text = path.filename().string();
  std::string_view name = text;
  if (!name.starts_with('.') || !name.ends_with(".tmp")) return false;
  name.remove_suffix(4);
  const std::size_t dash = name.rfind('-'), dot = name.rfind('.', dash);
  if (dash == std::string_view::npos || dot == std::string_view::npos || dot < 2) return false;
  return all_digits(name.substr(dash + 1)) && all_digits(name.substr(dot + 1, dash - dot - 1));
}

namespace {

Removal remove_unlocked(const fs::path& path, bool really) {
  // (Network file systems lock a file for one alone only where it may be written to.)
  const int descriptor = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return errno == ENOENT ? Removal::missing : Removal::refused;
  struct stat info {};
  Removal outcome = Removal::refused;
  if (::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode)) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      outcome = Removal::in_use;
    } else if (names_file(path, descriptor) && (!really || ::unlink(path.c_str()) == 0)) {
      outcome = Removal::done;
    }
  }
  ::close(descriptor);
  return outcome;
}

}  // namespace

Removal remove_unused(const fs::path& path) { return remove_unlocked(path, true); }
Removal try_removal(const fs::path& path) { return remove_unlocked(path, false); }

void remove_abandoned(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    if (is_temporary(entry.path()) && entry.is_regular_file(code)) found.push_back(entry.path());
  }
  for (const fs::path& path : found) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) continue;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && names_file(path, descriptor)) ::unlink(path.c_str());
    ::close(descriptor);
  }
}

MappedFile::MappedFile(const fs::path& path, Use use) {
  const int descriptor = open_to_read(path);
  struct stat info {};
  ::fstat(descriptor, &info);
  size_ = static_cast<std::size_t>(info.st_size);
  if (size_ > 0) {
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED) {
      const int reason = errno;
      ::close(descriptor);
      errno = reason;
      fail_to_read("map", path);
    }
    data_ = static_cast<const std::byte*>(mapped);
  }
  // Nobody waits for a lock here: a file that somebody has alone just now is mapped all the same, unseen.
  if (use == Use::seen && ::flock(descriptor, LOCK_SH | LOCK_NB) == 0) {
    descriptor_ = descriptor;
  } else {
    ::close(descriptor);
  }
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock FileLock::wait(const fs::path& path) {
  while (true) {
    const int descriptor = open_or_fail(path, O_RDWR | O_CREAT, "open");
    while (::flock(descriptor, LOCK_EX) != 0) {
      const int reason = errno;
      if (has_no_locks(reason)) return FileLock(descriptor, false);
      if (reason == EINTR && !stop_requested()) continue;
      ::close(descriptor);
      if (reason == EINTR) throw Stopped();
      errno = reason;
      fail("lock", path);
    }
    // The lock counts only while the file is still the one under this name.
    if (names_file(path, descriptor)) return FileLock(descriptor);
    ::close(descriptor);
  }
}

FileLock FileLock::attempt(const fs::path& path, int operation) {
  const int descriptor = open_or_fail(path, O_RDWR | O_CREAT, "open");
  const bool locked = ::flock(descriptor, operation | LOCK_NB) == 0;
  const bool real = locked || !has_no_locks(errno);
  if ((locked || !real) && names_file(path, descriptor)) return FileLock(descriptor, real);
  ::close(descriptor);
  return FileLock(-1);
}

FileLock FileLock::attempt(const fs::path& path) { return attempt(path, LOCK_EX); }
FileLock FileLock::attempt_shared(const fs::path& path) { return attempt(path, LOCK_SH); }

void FileLock::share() {
  while (::flock(descriptor_, LOCK_SH) != 0 && errno == EINTR) {
  }
}

bool FileLock::is_at(const fs::path& path) const { return descriptor_ >= 0 && names_file(path, descriptor_); }

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), real_(other.real_) {}

}  // namespace ersatz
