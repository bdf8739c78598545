#include "data/import/zip_directory.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ersatz::data {
namespace {

// Signatures and places of PKWARE's APPNOTE.TXT, 4.3.12 to 4.3.16.
constexpr std::string_view kEntry{"PK\x01\x02", 4}, kEnd{"PK\x05\x06", 4}, kEnd64{"PK\x06\x06", 4},
    kLocator64{"PK\x06\x07", 4};
constexpr std::size_t kEndSize = 22, kLocatorSize = 20, kEnd64Size = 56, kLongestComment = 0xFFFF;

/// A little-endian number of `width` bytes at `at`, which must be inside.
std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// Where a directory of `size` bytes that ends before `end` begins. An archive that others were put before has an
/// `offset` that is too small; nothing depends on which of both is right.
std::size_t earliest(std::size_t end, std::uint64_t size, std::uint64_t offset) {
  return static_cast<std::size_t>(std::min<std::uint64_t>(offset, size > end ? 0 : end - size));
}

std::optional<std::size_t> directory_begin(std::string_view zip) {
  if (zip.size() < kEndSize) return std::nullopt;
  const std::size_t tail = zip.size() - std::min(zip.size(), kEndSize + kLongestComment);
  const std::size_t found = zip.substr(tail).rfind(kEnd);
  if (found == std::string_view::npos || tail + found + kEndSize > zip.size()) return std::nullopt;
  const std::size_t end = tail + found;
  std::size_t begin = earliest(end, number(zip, end + 12, 4), number(zip, end + 16, 4));
  if (end < kLocatorSize || zip.substr(end - kLocatorSize, 4) != kLocator64) return begin;
  const std::uint64_t end64 = number(zip, end - kLocatorSize + 8, 8);
  if (zip.size() < kEnd64Size || end64 > zip.size() - kEnd64Size ||
      zip.substr(static_cast<std::size_t>(end64), 4) != kEnd64)
    return begin;
  const auto at = static_cast<std::size_t>(end64);
  return std::min(begin, earliest(at, number(zip, at + 40, 8), number(zip, at + 48, 8)));
}

}  // namespace

bool zip_names_more_than(std::size_t most, std::string_view zip) {
  const std::optional<std::size_t> begin = directory_begin(zip);
  if (!begin) return false;
  std::size_t entries = 0;
  for (std::size_t at = zip.find(kEntry, *begin); at != std::string_view::npos; at = zip.find(kEntry, at + 4)) {
    if (++entries > most) return true;
  }
  return false;
}

}  // namespace ersatz::data
