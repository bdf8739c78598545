#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.hpp"

// What a pack is (docs/file-formats.md): a tar.xz of one folder, named as the study. First comes pack.json, then the
// files of an output folder of packed runs, in byte order of their paths.
namespace ersatz::study {

inline constexpr std::string_view kPackManifest = "pack.json";

/// pack.json: what the other files are together.
struct PackManifest {
  std::string study;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< of paths and contents, see PackDigest; in hexadecimal

  bool operator==(const PackManifest&) const = default;
};
std::string to_text(const PackManifest& manifest);
/// Throws Error, whose text goes behind the name of the pack, also for formats of later versions.
PackManifest pack_manifest_from_text(std::string_view text);

/// Adds up the files of a pack, in their order.
class PackDigest {
 public:
  PackDigest();
  void add(std::string_view path, std::string_view bytes);
  PackManifest finish(const std::string& study);

 private:
  Sha256 hash_;
  PackManifest sum_;
};

/// No pack holds more.
inline constexpr std::size_t kMostPackFiles = 1'000'000;
inline constexpr std::uint64_t kMostPackBytes = std::uint64_t{4} << 30;

/// How large a file of this path below the pack's folder may be at most; nothing for paths that no pack has.
std::optional<std::uint64_t> most_bytes_in_pack(std::string_view path);

}  // namespace ersatz::study
