#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ersatz::data {

/// Numbers of a TIFF structure, either byte order. Reads beyond the end give 0.
class Tiff {
 public:
  /// Of an EXIF block, with or without "Exif\0\0" before it; nothing where it begins as none.
  static std::optional<Tiff> of_exif(std::string_view exif) {
    constexpr std::string_view kName("Exif\0\0", 6);
    if (exif.starts_with(kName)) exif.remove_prefix(kName.size());
    const bool big_endian = exif.starts_with("MM");
    if (!big_endian && !exif.starts_with("II")) return std::nullopt;
    const Tiff tiff(exif, big_endian);
    if (tiff.number(2, 2) != 42) return std::nullopt;
    return tiff;
  }

  std::string_view bytes() const { return bytes_; }

  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t next = big_endian_ ? at + i : at + size - 1 - i;
      value = value << 8 | static_cast<std::uint8_t>(bytes_[next]);
    }
    return value;
  }

  /// Where the entry of this tag (12 bytes: tag, type, count, value) begins in the first directory.
  std::optional<std::size_t> find(std::uint32_t tag) const {
    const std::size_t directory = number(4, 4), entries = number(directory, 2);
    for (std::size_t i = 0; i < entries; ++i) {
      const std::size_t entry = directory + 2 + 12 * i;
      if (entry + 12 > bytes_.size()) break;
      if (number(entry, 2) == tag) return entry;
    }
    return std::nullopt;
  }

 private:
  Tiff(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  std::string_view bytes_;
  bool big_endian_;
};

}  // namespace ersatz::data
