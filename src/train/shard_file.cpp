#include "train/shard_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"

namespace ersatz::train {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw Error(fmt::format("cannot write {}: {}", path.string(), errno_text()),
              errno == ENOSPC ? "free some space, or choose another cache folder" : "");
}

void write_at(int descriptor, const void* bytes, std::size_t size, std::size_t offset,
              const std::filesystem::path& path) {
  const char* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = ::pwrite(descriptor, from, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path);
    from += written;
    offset += static_cast<std::size_t>(written);
    size -= static_cast<std::size_t>(written);
  }
}

bool same_start(int descriptor, const std::string& header) {
  std::string found(header.size(), '\0');
  return ::pread(descriptor, found.data(), found.size(), 0) == static_cast<ssize_t>(header.size()) && found == header;
}

}  // namespace

ShardFile::ShardFile(std::filesystem::path path, std::string header, std::size_t shards, std::size_t shard_bytes)
    : path_(std::move(path)),
      part_path_(path_.string() + ".part"),
      done_path_(path_.string() + ".done"),
      header_size_(header.size()),
      shard_bytes_(shard_bytes),
      done_(shards, 0) {
  part_ = ::open(part_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (part_ < 0) fail(part_path_);
  marks_ = ::open(done_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (marks_ < 0) fail(done_path_);
  if (same_start(part_, header)) {
    // What cannot be read counts as not done.
    if (::pread(marks_, done_.data(), done_.size(), 0) < 0) done_.assign(shards, 0);
    return;
  }
  if (::ftruncate(marks_, 0) != 0 || ::ftruncate(part_, 0) != 0) fail(part_path_);
  write_at(part_, header.data(), header.size(), 0, part_path_);
}

ShardFile::~ShardFile() {
  if (part_ >= 0) ::close(part_);
  if (marks_ >= 0) ::close(marks_);
}

void ShardFile::write(std::size_t shard, std::span<const float> values) {
  write_at(part_, values.data(), values.size_bytes(), header_size_ + shard * shard_bytes_, part_path_);
  // The mark must not reach the disk before the values do.
  if (::fdatasync(part_) != 0) fail(part_path_);
  done_[shard] = 1;
  write_at(marks_, &done_[shard], 1, shard, done_path_);
}

void ShardFile::commit(const std::function<std::string(std::span<const std::byte> file)>& tail) {
  std::size_t size = 0;
  std::string more;
  {
    const MappedFile written(part_path_);
    size = written.bytes().size();
    more = tail(written.bytes());
  }
  write_at(part_, more.data(), more.size(), size, part_path_);
  move_into_place(part_path_, path_);
  ::unlink(done_path_.c_str());
}

}  // namespace ersatz::train
