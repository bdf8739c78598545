#include "data/import/archive_entries.hpp"

#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "base/error.hpp"
#include "data/archive/handle.hpp"

namespace ersatz::data {
namespace {

bool looks_like_zip(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06");
}

ArchiveHandle open(const std::filesystem::path& path, std::string_view bytes) {
  ArchiveHandle handle(archive_read_new());
  if (!handle) throw std::bad_alloc();
  archive* a = handle.get();
  archive_read_support_filter_gzip(a);
  archive_read_support_filter_bzip2(a);
  archive_read_support_filter_xz(a);
  archive_read_support_filter_zstd(a);
  archive_read_support_format_tar(a);
  archive_read_support_format_zip_seekable(a);
  if (archive_read_open_memory(a, bytes.data(), bytes.size()) != ARCHIVE_OK) {
    throw not_an_archive(path, bytes, reason_of(a));
  }
  return handle;
}

/// The next entry that is a regular file; null at the end.
archive_entry* next_file(archive* handle, const std::filesystem::path& path, std::string_view bytes,
                         std::size_t entries) {
  while (true) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(handle, &entry);
    if (status == ARCHIVE_EOF) return nullptr;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      if (entries == 0) throw not_an_archive(path, bytes, reason_of(handle));
      throw Error(
          fmt::format("{} is cut short or damaged after {} files: {}", path.string(), entries, reason_of(handle)),
          kDownloadHint);
    }
    // Hard links count as files, so that their missing bytes are noticed when they are wanted.
    if (archive_entry_filetype(entry) == AE_IFREG || archive_entry_hardlink(entry) != nullptr) return entry;
    if (const char* name = archive_entry_pathname(entry)) safe_path(name, path);
  }
}

std::string name_of(archive_entry* entry, const std::filesystem::path& path, std::size_t index) {
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) {
    throw Error(fmt::format("{}: the name of file {} cannot be read", path.string(), index + 1),
                "make the archive again with names in UTF-8");
  }
  safe_path(name, path);  // (throws, and keeps short what goes out of the sandbox)
  return name;
}

/// Reads the current entry whole into `bytes`; the return value says why not.
std::string read_entry(archive* handle, std::uint64_t expected, std::string& bytes) {
  bytes.clear();
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  int status = ARCHIVE_OK;
  while ((status = archive_read_data_block(handle, &block, &size, &offset)) == ARCHIVE_OK) {
    const std::uint64_t end = static_cast<std::uint64_t>(offset) + size;
    if (end > kLargestFile)
      return "is larger than 256 MiB, the most that a file in an archive may have: unpack the archive";
    bytes.resize(std::max<std::size_t>(bytes.size(), end));  // holes of sparse tar entries read as zero
    std::copy_n(static_cast<const char*>(block), size, bytes.data() + offset);
  }
  if (status != ARCHIVE_EOF) return fmt::format("cannot be unpacked: {}", reason_of(handle));
  if (bytes.size() != expected)
    return fmt::format("has {} bytes, not the {} that the archive says", bytes.size(), expected);
  return {};
}

}  // namespace

Error not_an_archive(const std::filesystem::path& path, std::string_view bytes, const std::string& reason) {
  if (bytes.empty()) return Error(fmt::format("{} is empty", path.string()), kDownloadHint);
  if (looks_like_zip(bytes)) {
    return Error(
        fmt::format("{} is a zip that is cut short or damaged: its directory at the end is missing", path.string()),
        kDownloadHint);
  }
  if (bytes.starts_with("\x1f\x8b")) {
    return Error(fmt::format("{} is compressed with gzip but holds no readable tar: {}", path.string(), reason),
                 kDownloadHint);
  }
  return Error(fmt::format("{} is not an archive that ersatz reads", path.string()),
               "give a zip, a tar (.gz), a Parquet file, arrays (.npz) or a folder");
}

ArchiveEnd list_archive(const std::filesystem::path& path, std::string_view bytes,
                        const std::function<void(const std::string&, std::uint64_t)>& take) {
  const ArchiveHandle handle = open(path, bytes);
  std::size_t count = 0;
  while (archive_entry* entry = next_file(handle.get(), path, bytes, count)) {
    take(name_of(entry, path, count), static_cast<std::uint64_t>(archive_entry_size(entry)));
    ++count;
  }
  ArchiveEnd end;
  const int format = archive_format(handle.get()) & ARCHIVE_FORMAT_BASE_MASK;
  if (format == ARCHIVE_FORMAT_TAR) end.format = ArchiveEnd::tar;
  if (format == ARCHIVE_FORMAT_ZIP) end.format = ArchiveEnd::zip;
  end.packed = archive_filter_count(handle.get()) != 1;
  return end;
}

void read_archive(const std::filesystem::path& path, std::string_view bytes, const std::vector<ContainerFile>& files,
                  const std::vector<bool>& wanted, const std::function<void(std::size_t, const FileContent&)>& take) {
  const ArchiveHandle handle = open(path, bytes);
  std::string unpacked;
  for (std::size_t i = 0; archive_entry* entry = next_file(handle.get(), path, bytes, i); ++i) {
    if (i >= files.size()) throw Error(fmt::format("{} changed while it was read", path.string()));
    if (!wanted[i]) continue;
    FileContent content;
    if (archive_entry_is_data_encrypted(entry)) {
      content.problem = "is encrypted";
    } else if (archive_entry_hardlink(entry) != nullptr) {
      content.problem = "is a link to another file of the archive";
    } else {
      content.problem = read_entry(handle.get(), files[i].size, unpacked);
      content.bytes = unpacked;
    }
    take(i, content);
  }
}

}  // namespace ersatz::data
