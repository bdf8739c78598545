#include <zlib.h>

#include "data/mend.hpp"

namespace ersatz::fuzzing {

void mend_png(std::string& bytes, unsigned) {
  constexpr std::size_t kSignature = 8, kAround = 12;  // length and type in front of a chunk, CRC behind it
  if (!bytes.starts_with("\x89PNG\r\n\x1a\n")) return;
  for (std::size_t at = kSignature; bytes.size() - at >= kAround;) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<std::uint8_t>(bytes[at + i]);
    if (length > bytes.size() - at - kAround) return;
    const auto* type = reinterpret_cast<const Bytef*>(bytes.data() + at + 4);
    const uLong crc = crc32(0, type, static_cast<uInt>(length + 4));
    for (std::size_t i = 0; i < 4; ++i) bytes[at + 8 + length + i] = static_cast<char>(crc >> (24 - 8 * i));
    at += length + kAround;
  }
}

}  // namespace ersatz::fuzzing
