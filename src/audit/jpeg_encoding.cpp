#include "audit/jpeg_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>

namespace ersatz::audit {
namespace {

using Table = std::array<int, 64>;  // in rows

// Place in rows of the k-th coefficient of a file.
constexpr std::array<std::uint8_t, 64> kZigzag{0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                               12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                               35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                               58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

// T.81, tables K.1 and K.2.
constexpr Table kLuminance{16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                           14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                           18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                           49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr Table kChrominance{17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99,
                             99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                             99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

Table scaled(const Table& base, int quality) {
  const int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  Table table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = std::clamp((base[i] * percent + 50) / 100, 1, 255);
  return table;
}

// The quality at which libjpeg writes these tables; 0 where there is none. The colours' table may be missing.
int libjpeg_quality(const std::map<int, Table>& tables) {
  const auto luminance = tables.find(0), chrominance = tables.find(1);
  if (luminance == tables.end()) return 0;
  for (int quality = 100; quality >= 1; --quality) {
    if (luminance->second == scaled(kLuminance, quality) &&
        (chrominance == tables.end() || chrominance->second == scaled(kChrominance, quality))) {
      return quality;
    }
  }
  return 0;
}

std::size_t word(std::string_view bytes, std::size_t at) {
  if (at + 1 >= bytes.size()) return 0;
  return static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[at])) << 8 | static_cast<std::uint8_t>(bytes[at + 1]);
}

void read_tables(std::string_view body, std::map<int, Table>& tables) {
  while (!body.empty()) {
    const auto head = static_cast<std::uint8_t>(body[0]);
    const std::size_t size = (head >> 4) != 0 ? 2 : 1;
    if (body.size() < 1 + 64 * size) return;
    Table& table = tables[head & 15];
    for (std::size_t k = 0; k < 64; ++k) {
      table[kZigzag[k]] = size == 2 ? static_cast<int>(word(body, 1 + 2 * k)) : static_cast<std::uint8_t>(body[1 + k]);
    }
    body.remove_prefix(1 + 64 * size);
  }
}

void read_frame(std::string_view body, Encoding& encoding) {
  if (body.size() < 6) return;
  encoding.height = static_cast<int>(word(body, 1));
  encoding.width = static_cast<int>(word(body, 3));
  encoding.channels = static_cast<std::uint8_t>(body[5]);
  encoding.chroma = Chroma::other;
  if (encoding.channels != 3 || body.size() < 15) return;
  const auto samples = [&](std::size_t channel) { return static_cast<std::uint8_t>(body[7 + 3 * channel]); };
  if (samples(1) != 0x11 || samples(2) != 0x11) return;
  encoding.chroma = samples(0) == 0x11   ? Chroma::full
                    : samples(0) == 0x21 ? Chroma::half
                    : samples(0) == 0x22 ? Chroma::quarter
                                         : Chroma::other;
}

}  // namespace

void read_jpeg(std::string_view file, Encoding& encoding, const std::function<void(std::string_view)>& exif) {
  std::map<int, Table> tables;
  for (std::size_t at = 2; at + 4 <= file.size();) {
    if (static_cast<std::uint8_t>(file[at]) != 0xff) break;
    const auto marker = static_cast<std::uint8_t>(file[at + 1]);
    if (marker == 0xff) {  // filling
      ++at;
      continue;
    }
    const std::size_t size = word(file, at + 2);
    if (marker == 0xda || size < 2 || size > file.size() - at - 2) break;  // pixels begin, or it is cut short
    const std::string_view body = file.substr(at + 4, size - 2);
    if (marker == 0xdb) {
      read_tables(body, tables);
    } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
      encoding.progressive = marker == 0xc2;
      read_frame(body, encoding);
    } else if (marker == 0xe1 && body.starts_with("Exif")) {
      exif(body);
    } else if (marker == 0xe1 && body.starts_with("http://ns.adobe.com/xap/1.0/")) {
      add_note(encoding, "XMP");
    } else if (marker == 0xed && body.starts_with("Photoshop 3.0")) {
      add_note(encoding, "IPTC");
    } else if (marker == 0xe2 && body.starts_with("ICC_PROFILE")) {
      add_note(encoding, "colour profile");
    } else if (marker == 0xeb && body.find("c2pa") != std::string_view::npos) {
      add_note(encoding, kCredentials);
    } else if (marker == 0xfe) {
      add_note(encoding, "JPEG comment: ", body);
    }
    at += 2 + size;
  }
  encoding.quality = libjpeg_quality(tables);
  if (const auto luminance = tables.find(0); luminance != tables.end()) {
    double sum = 0;
    for (const int divisor : luminance->second) sum += divisor;
    encoding.mean_divisor = sum / 64;
  }
}

}  // namespace ersatz::audit
