#include "data/import/container.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/stop.hpp"
#include "base/text.hpp"
#include "data/import/archive_reader.hpp"
#include "data/import/folder_reader.hpp"
#include "data/import/single_file.hpp"

namespace ersatz::data {
namespace fs = std::filesystem;

namespace {

struct stat stat_or_fail(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    throw Error(fmt::format("cannot read {}: {}", path.string(), errno_text()),
                "give the path of a zip, a tar or a folder of images");
  }
  return info;
}

std::int64_t modified_ns(const struct stat& info) {
  return std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

/// In pieces, so that a stop is not kept waiting.
void update(Sha256& hash, std::string_view bytes) {
  constexpr std::size_t kPiece = std::size_t{4} << 20;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPiece, bytes.size()))) {
    if (stop_requested()) throw Stopped();
    hash.update(bytes.substr(0, kPiece));
  }
}

/// The beginning of a name, for messages.
std::string shown(std::string_view name) {
  constexpr std::size_t kShown = 100;
  return name.size() <= kShown ? std::string(name) : std::string(name.substr(0, kShown)) + "...";
}

/// Read and not mapped: the pages of a large archive would count as memory of this process.
void update_from_file(Sha256& hash, const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string piece(std::size_t{4} << 20, '\0');
  while (file) {
    if (stop_requested()) throw Stopped();
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.update(std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  if (!file.eof()) throw Error(fmt::format("cannot read {}: {}", path.string(), errno_text()));
}

}  // namespace

std::string safe_path(std::string_view raw, const fs::path& container) {
  const std::string whole = shown(raw);
  const auto refused = [&](const std::string& what) {
    return Error(fmt::format("{}: {}", container.string(), what), "do not use this archive: it is faulty or malicious");
  };
  const auto unsafe = [&] {
    return refused(fmt::format("unsafe path \"{}\" would lie outside the folder it is unpacked to", whole));
  };
  if (raw.size() > kLongestPath) {
    throw refused(fmt::format("the name \"{}\" has {} bytes; {} is the most", whole, format_count(raw.size()),
                              format_count(kLongestPath)));
  }
  if (raw.starts_with('/') || raw.starts_with('\\') || (raw.size() > 1 && raw[1] == ':')) throw unsafe();
  std::string clean;
  std::size_t parts = 0;
  while (!raw.empty()) {
    const std::size_t slash = std::min(raw.find('/'), raw.size());
    const std::string_view part = raw.substr(0, slash);
    raw.remove_prefix(std::min(slash + 1, raw.size()));
    if (part == "..") throw unsafe();
    if (part.empty() || part == ".") continue;
    if (++parts > kMostFolders + 1) {
      throw refused(fmt::format("the file \"{}\" lies in more than {} folders", whole, kMostFolders));
    }
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

std::unique_ptr<Container> open_container(const fs::path& path) {
  const struct stat info = stat_or_fail(path);
  if (S_ISDIR(info.st_mode)) return std::make_unique<FolderReader>(path);
  if (S_ISREG(info.st_mode) && SingleFile::is_one(path)) return std::make_unique<SingleFile>(path);
  if (S_ISREG(info.st_mode)) return std::make_unique<ArchiveReader>(path);
  throw Error(fmt::format("{} is neither a file nor a folder", path.string()), "give a zip, a tar or a folder");
}

ContainerStamp stamp_of(const fs::path& path) {
  const struct stat info = stat_or_fail(path);
  ContainerStamp stamp{static_cast<std::uint64_t>(info.st_size), modified_ns(info), info.st_ino, {}};
  if (!S_ISDIR(info.st_mode)) return stamp;
  Sha256 hash;
  stamp.size = 0;
  const FolderReader folder(path);
  for (const ContainerFile& file : folder.files()) {
    struct stat one {};
    ::stat((path / file.path).c_str(), &one);  // all zero for a link to nothing
    stamp.size += file.size;
    hash.update(fmt::format("{}\n{} {} {}\n", file.path, file.size, modified_ns(one), one.st_ino));
  }
  stamp.listing = to_hex(hash.finish());
  return stamp;
}

std::string content_hash(const fs::path& path) {
  Sha256 hash;
  if (!fs::is_directory(path)) {
    update_from_file(hash, path);
    return to_hex(hash.finish());
  }
  const FolderReader folder(path);
  const auto& files = folder.files();
  folder.read(std::vector<bool>(files.size(), true), [&](std::size_t index, const FileContent& content) {
    if (stop_requested()) throw Stopped();
    hash.update(fmt::format("{}\n{} {}\n", files[index].path, content.bytes.size(), content.problem));
    update(hash, content.bytes);
  });
  return to_hex(hash.finish());
}

}  // namespace ersatz::data
