#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ersatz::fuzzing {

// All of these leave alone what they do not understand. `seed` is for choices.

/// Gives every chunk of a PNG the CRC of its bytes.
void mend_png(std::string& bytes, unsigned seed);

/// Makes the directory of a zip fit the files in it again: their places, sizes and CRC32. Of four zips one keeps the
/// sizes that it claims for unpacked files.
void mend_zip(std::string& bytes, unsigned seed);

/// Gives every header of a tar its checksum, and the tar whole blocks. In a tar.gz the tar inside is mutated, mended
/// and packed again.
void mend_tar(std::string& bytes, unsigned seed);

/// Gives a store of images, or a view, its checksums, where it is of a version that has them.
void mend_store(std::string& bytes, unsigned seed);

/// Numbers in files: `width` bytes at `at`, which must be inside.
inline std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint32_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}
inline void put_little_endian(std::string& bytes, std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t i = 0; i < width; ++i) bytes[at + i] = static_cast<char>(value >> 8 * i);
}

}  // namespace ersatz::fuzzing
