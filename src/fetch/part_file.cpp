#include "fetch/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::fetch {
namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* action, const fs::path& path) {
  throw Error(fmt::format("cannot {} {}: {}", action, path.string(), errno_text()),
              errno == ENOSPC ? "free some space and run the same command again: it goes on from here" : "");
}

fs::path with_suffix(fs::path path, const char* suffix) { return path += suffix; }

// A part whose identity cannot be read counts as empty: the download starts again.
FileIdentity read_identity(const fs::path& path) try {
  const Json state = read_json(path);
  FileIdentity identity{state.at("url"), state.at("validator"), std::nullopt};
  if (!state.at("total").is_null()) identity.total = state.at("total").get<std::uint64_t>();
  return identity;
} catch (const std::exception&) {
  return {};
}

}  // namespace

PartFile::PartFile(fs::path destination, const std::string& url)
    : destination_(std::move(destination)),
      part_(with_suffix(destination_, ".part")),
      state_(with_suffix(destination_, ".part.json")) {
  make_folders(destination_.parent_path());
  FileLock lock = FileLock::attempt(part_);
  if (!lock.held()) {
    throw Error(fmt::format("another process is downloading {}", destination_.string()),
                "wait until it is done, then run the same command again");
  }
  lock_.emplace(std::move(lock));
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail("write", part_);
  const off_t end = ::lseek(descriptor_, 0, SEEK_END);
  size_ = end > 0 ? static_cast<std::uint64_t>(end) : 0;
  if (size_ > 0) identity_ = read_identity(state_);
  if (identity_.url != url) restart({url, {}, std::nullopt});
}

PartFile::~PartFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (size_ > 0) return;
  std::error_code ignored;
  fs::remove(part_, ignored);
  fs::remove(state_, ignored);
}

bool PartFile::resumable() const { return size_ > 0 && (!identity_.validator.empty() || identity_.total.has_value()); }

void PartFile::restart(const FileIdentity& identity) {
  if (::ftruncate(descriptor_, 0) != 0) fail("write", part_);
  size_ = 0;
  identity_ = identity;
  Json state{{"url", identity.url}, {"validator", identity.validator}, {"total", nullptr}};
  if (identity.total) state["total"] = *identity.total;
  write_json(state_, state);
}

void PartFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", part_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

void PartFile::commit() {
  move_into_place(part_, destination_);
  ::close(std::exchange(descriptor_, -1));
  std::error_code ignored;
  fs::remove(state_, ignored);
}

void PartFile::discard() {
  ::close(std::exchange(descriptor_, -1));
  std::error_code ignored;
  fs::remove(part_, ignored);
  fs::remove(state_, ignored);
}

}  // namespace ersatz::fetch
