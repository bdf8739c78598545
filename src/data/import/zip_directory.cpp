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
constexpr std::uint64_t kElsewhere = 0xFFFFFFFF;  ///< the 64-bit end has the number

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

/// By the end that zips of more than 65,535 files have before the usual one, which is at `end`.
std::optional<std::size_t> directory_begin_64(std::string_view zip, std::size_t end) {
  if (end < kLocatorSize || zip.size() < kEnd64Size || zip.substr(end - kLocatorSize, 4) != kLocator64) {
    return std::nullopt;
  }
  const std::uint64_t at = number(zip, end - kLocatorSize + 8, 8);
  if (at > zip.size() - kEnd64Size || zip.substr(static_cast<std::size_t>(at), 4) != kEnd64) return std::nullopt;
  const auto end64 = static_cast<std::size_t>(at);
  return earliest(end64, number(zip, end64 + 40, 8), number(zip, end64 + 48, 8));
}

std::optional<std::size_t> directory_begin(std::string_view zip) {
  if (zip.size() < kEndSize) return std::nullopt;
  const std::size_t tail = zip.size() - std::min(zip.size(), kEndSize + kLongestComment);
  const std::size_t found = zip.substr(tail).rfind(kEnd);
  if (found == std::string_view::npos || tail + found + kEndSize > zip.size()) return std::nullopt;
  const std::size_t end = tail + found;
  const std::optional<std::size_t> begin64 = directory_begin_64(zip, end);
  const std::uint64_t size = number(zip, end + 12, 4), offset = number(zip, end + 16, 4);
  if (size == kElsewhere || offset == kElsewhere) return begin64;
  return std::min(earliest(end, size, offset), begin64.value_or(zip.size()));
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
