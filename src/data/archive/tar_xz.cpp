#include "data/archive/tar_xz.hpp"

#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <new>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/isolated.hpp"
#include "base/sandbox.hpp"
#include "base/stop.hpp"
#include "data/archive/handle.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kLongestName = 4096;
constexpr std::size_t kPiece = 1 << 20;  // that memory grows by, while a child sends the bytes
// xz takes up to 2 GB for windows.
constexpr IsolationLimits kLimits{.cpu_seconds = IsolationLimits::kNoLimit,
                                  .memory = std::uint64_t{4} << 30,
                                  .seconds = IsolationLimits::kNoLimit,
                                  .sandbox = true};
constexpr char kCopyHint[] = "was it copied or downloaded whole? get it again";

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

Error damaged(const std::filesystem::path& path, const std::string& reason) {
  return Error(fmt::format("{} is cut short or damaged: {}", path.string(), reason), kCopyHint);
}

bool begins_well(std::string_view text) {
  constexpr std::size_t kMagic = 257;  // where a header of a tar has it
  return text.starts_with(std::string_view("\xfd"
                                           "7zXZ\0",
                                           6)) ||
         (text.size() > kMagic && text.substr(kMagic).starts_with("ustar"));
}

Error not_readable(const std::filesystem::path& path, std::string_view text, const std::string& reason) {
  if (begins_well(text)) return damaged(path, reason);
  return Error(fmt::format("{} is no tar.xz", path.string()), kCopyHint);
}

// Reads the current file whole, which says to have `size` bytes.
std::string read_entry(archive* handle, const std::filesystem::path& path, const std::string& name,
                       std::uint64_t size) {
  std::string bytes;
  const void* block = nullptr;
  std::size_t length = 0;
  la_int64_t offset = 0;
  int status = ARCHIVE_OK;
  while ((status = archive_read_data_block(handle, &block, &length, &offset)) == ARCHIVE_OK) {
    if (length == 0) continue;
    // A hole, as sparse files have, is nothing that we write.
    if (static_cast<std::uint64_t>(offset) != bytes.size() || length > size - bytes.size()) {
      throw damaged(path, fmt::format("{} is no plain file", name));
    }
    bytes.append(static_cast<const char*>(block), length);
  }
  if (status != ARCHIVE_EOF) throw damaged(path, reason_of(handle));
  if (bytes.size() != size) throw damaged(path, fmt::format("{} has {} bytes, not {}", name, bytes.size(), size));
  return bytes;
}

// What libarchive is asked, in the sandbox where there is one.
void read_entries(const std::filesystem::path& path, const MappedFile& file, const TarXzVisitor& visitor) {
  const ArchiveHandle handle(archive_read_new());
  if (!handle) throw std::bad_alloc();
  archive* a = handle.get();
  archive_read_support_filter_xz(a);
  archive_read_support_format_tar(a);
  // So it reads on to the very end, where xz has its checksums.
  archive_read_set_options(a, "tar:read_concatenated_archives");
  if (file.bytes().empty() || archive_read_open_memory(a, file.bytes().data(), file.bytes().size()) != ARCHIVE_OK) {
    throw not_readable(path, file.text(), reason_of(a));
  }
  for (std::size_t files = 0;; ++files) {
    if (stop_requested()) throw Stopped();
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(a, &entry);
    if (status == ARCHIVE_EOF) {
      if (files == 0) throw Error(fmt::format("{} holds no files", path.string()), kCopyHint);
      return;
    }
    if (status != ARCHIVE_OK) {
      if (files == 0) throw not_readable(path, file.text(), reason_of(a));
      throw damaged(path, reason_of(a));
    }
    const char* text = archive_entry_pathname(entry);
    if (text == nullptr) throw damaged(path, fmt::format("the name of file {} cannot be read", files + 1));
    const std::string name(text);
    const bool plain = archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr &&
                       archive_entry_symlink(entry) == nullptr && archive_entry_sparse_count(entry) == 0;
    if (!plain || archive_entry_size_is_set(entry) == 0 || archive_entry_size(entry) < 0) {
      throw damaged(path, fmt::format("\"{}\" is no plain file", name));
    }
    const auto size = static_cast<std::uint64_t>(archive_entry_size(entry));
    if (!visitor.admit(name, size)) return;
    visitor.take(name, read_entry(a, path, name, size));
  }
}

// The child says whether a file follows, its name and size, and then its bytes. Nothing of it is believed but by
// `visitor`.
void read_in_child(const std::filesystem::path& path, const MappedFile& file, const TarXzVisitor& visitor) {
  IsolatedStream stream(
      [&](IsolatedOutput& out) {
        read_entries(path, file,
                     {[&](const std::string& name, std::uint64_t size) {
                        out.value(true);
                        out.text(name);
                        out.value(size);
                        out.flush();  // so that it can be refused before it is unpacked
                        return true;
                      },
                      [&](const std::string&, std::string_view bytes) { out.write(bytes); }});
        out.value(false);
      },
      kLimits);
  while (stream.value<std::uint8_t>() == 1) {
    const std::string name = without_controls(stream.text(kLongestName));
    const auto size = stream.value<std::uint64_t>();
    if (!visitor.admit(name, size)) return;
    std::string bytes;
    while (bytes.size() < size) {
      const std::size_t before = bytes.size();
      bytes.resize(before + std::min<std::uint64_t>(size - before, kPiece));
      stream.read_all(bytes.data() + before, bytes.size() - before);
    }
    visitor.take(name, bytes);
  }
  stream.at_end();  // (throws what went wrong)
}

}  // namespace

struct TarXzWriter::State {
  explicit State(const std::filesystem::path& path) : name(path.string()), file(path), handle(archive_write_new()) {
    if (!handle) throw std::bad_alloc();
  }

  static la_ssize_t write(archive* a, void* data, const void* bytes, std::size_t size) {
    auto& state = *static_cast<State*>(data);
    try {  // no exception may pass through the library
      state.file.write(bytes, size);
      return static_cast<la_ssize_t>(size);
    } catch (...) {
      state.problem = std::current_exception();
      archive_set_error(a, EIO, "cannot write");
      return -1;
    }
  }

  void require(int status) {
    if (problem) std::rethrow_exception(std::exchange(problem, {}));
    if (status != ARCHIVE_OK) throw Error(fmt::format("cannot write {}: {}", name, reason_of(handle.get())));
  }

  const Utf8Locale locale;
  std::string name;
  AtomicFile file;
  std::exception_ptr problem;
  ArchiveHandle handle;  // the first to go: it may write once more
};

TarXzWriter::TarXzWriter(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {
  archive* a = state_->handle.get();
  state_->require(archive_write_set_format_pax_restricted(a));
  state_->require(archive_write_add_filter_xz(a));
  state_->require(archive_write_set_filter_option(a, "xz", "compression-level", "6"));
  state_->require(archive_write_set_bytes_in_last_block(a, 1));  // a compressed tar needs no filling up
  state_->require(archive_write_open(a, state_.get(), nullptr, State::write, nullptr));
}

TarXzWriter::~TarXzWriter() = default;

void TarXzWriter::add(const std::string& name, std::string_view bytes) {
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  archive_entry_set_mtime(entry.get(), 0, 0);
  state_->require(archive_write_header(state_->handle.get(), entry.get()));
  std::size_t done = 0;
  while (done < bytes.size()) {
    if (stop_requested()) throw Stopped();
    const la_ssize_t written = archive_write_data(state_->handle.get(), bytes.data() + done, bytes.size() - done);
    state_->require(written > 0 ? ARCHIVE_OK : ARCHIVE_FATAL);
    done += static_cast<std::size_t>(written);
  }
}

void TarXzWriter::commit() {
  state_->require(archive_write_close(state_->handle.get()));
  state_->file.commit();
}

void read_tar_xz(const std::filesystem::path& path, const TarXzVisitor& visitor) {
  const Utf8Locale locale;
  const MappedFile file(path);
  if (!has_own_processes()) return read_entries(path, file, visitor);
  try {
    read_in_child(path, file, visitor);
  } catch (const IsolatedFailure& failure) {
    throw damaged(path, failure.what());
  }
}

bool begins_as_tar_xz(const std::filesystem::path& path) { return begins_well(MappedFile(path).text()); }

}  // namespace ersatz::data
