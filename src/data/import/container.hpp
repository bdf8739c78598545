#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::data {

/// A regular file in an archive or a folder. Paths use "/", are relative, and hold no "." or "..".
struct ContainerFile {
  std::string path;
  std::uint64_t size = 0;
};

/// The bytes of one file, or why they cannot be read ("its checksum is wrong"). The bytes are
/// valid during the call that hands them over.
struct FileContent {
  std::string_view bytes;
  std::string problem;  ///< empty when the file was read whole
};

/// A zip, a tar, a folder or a single file: names first, bytes later, both in the container's own order.
class Container {
 public:
  virtual ~Container() = default;

  /// All regular files. The order is the one in which read() hands them over.
  virtual const std::vector<ContainerFile>& files() const = 0;

  /// Reads the files whose `wanted` is true (one flag per file of files()) and hands each to `take`.
  /// Throws Error when the container itself cannot be read on.
  virtual void read(const std::vector<bool>& wanted,
                    const std::function<void(std::size_t index, const FileContent& content)>& take) const = 0;
};

/// No image file, and no file in an archive, may be larger: an image that claims more is an attack or an accident.
/// Files of many images that lie in a folder are mapped and may have any size.
inline constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 28;

/// Opens a folder, a zip, a tar (also compressed), or a file of many images by itself (SingleFile). Throws Error when
/// the path is missing, when it is none of these, when the archive is cut short, when an entry's path would escape
/// from the folder it is unpacked to, and when it lists too much (listing.hpp).
std::unique_ptr<Container> open_container(const std::filesystem::path& path);

/// No path may be longer (in bytes; Linux opens no longer one), and no file may lie in more folders.
inline constexpr std::size_t kLongestPath = 4096, kMostFolders = 64;

/// The relative path `raw` without "." and empty components. Throws Error naming `container` when it is absolute, has a
/// ".." component ("unsafe path ..."), or is longer or deeper than allowed.
std::string safe_path(std::string_view raw, const std::filesystem::path& container);

/// Tells cheaply whether a container has changed.
struct ContainerStamp {
  std::uint64_t size = 0;     ///< bytes; of a folder all files together
  std::int64_t mtime_ns = 0;  ///< last change, nanoseconds since 1970
  std::uint64_t inode = 0;
  std::string listing;  ///< folders: SHA-256 over path, size, time and inode of every file

  bool operator==(const ContainerStamp&) const = default;
};
ContainerStamp stamp_of(const std::filesystem::path& path);

/// SHA-256 in hexadecimal over the bytes of an archive, or over names and bytes of a folder's files.
std::string content_hash(const std::filesystem::path& path);

}  // namespace ersatz::data
