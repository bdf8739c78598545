#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/stop.hpp"

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

// Process id and a counter: two processes, or two threads, never share a temporary file.
fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() / fmt::format(".{}.{}-{}.tmp", path.filename().string(), ::getpid(), counter++);
}

}  // namespace

std::string errno_text() { return std::strerror(errno); }

std::string read_file(const fs::path& path) {
  const int descriptor = open_or_fail(path, O_RDONLY, "open");
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
      fail("read", path);
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

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)), temporary_(temporary_name(path_)) {
  if (path_.has_parent_path()) {
    std::error_code code;
    fs::create_directories(path_.parent_path(), code);
    if (code) throw Error(fmt::format("cannot make the folder {}: {}", path_.parent_path().string(), code.message()));
  }
  descriptor_ = open_or_fail(temporary_, O_RDWR | O_CREAT | O_TRUNC, "write");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
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
  // Without the sync a crash of the machine may leave a renamed but empty file.
  if (::fsync(descriptor_) != 0) fail("write", path_);
  ::close(std::exchange(descriptor_, -1));
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    const int reason = errno;
    ::unlink(temporary_.c_str());
    errno = reason;
    fail("write", path_);
  }
}

MappedFile::MappedFile(const fs::path& path) {
  const int descriptor = open_or_fail(path, O_RDONLY, "open");
  struct stat info {};
  ::fstat(descriptor, &info);
  size_ = static_cast<std::size_t>(info.st_size);
  if (size_ > 0) {
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED) {
      const int reason = errno;
      ::close(descriptor);
      errno = reason;
      fail("map", path);
    }
    data_ = static_cast<const std::byte*>(mapped);
  }
  ::close(descriptor);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

FileLock FileLock::wait(const fs::path& path) {
  while (true) {
    const int descriptor = open_or_fail(path, O_RDWR | O_CREAT, "open");
    while (::flock(descriptor, LOCK_EX) != 0) {
      const int reason = errno;
      if (reason == EINTR && !stop_requested()) continue;
      ::close(descriptor);
      if (reason == EINTR) throw Stopped();
      errno = reason;
      fail("lock", path);
    }
    // The lock counts only while the file is still the one under this name.
    struct stat locked {
    }, named{};
    if (::fstat(descriptor, &locked) == 0 && ::stat(path.c_str(), &named) == 0 && locked.st_ino == named.st_ino &&
        locked.st_dev == named.st_dev) {
      return FileLock(descriptor);
    }
    ::close(descriptor);
  }
}

FileLock FileLock::attempt(const fs::path& path) {
  const int descriptor = open_or_fail(path, O_RDWR | O_CREAT, "open");
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return FileLock(descriptor);
  ::close(descriptor);
  return FileLock(-1);
}

bool FileLock::is_held(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace ersatz
