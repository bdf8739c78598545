#include <zlib.h>

#include <algorithm>
#include <vector>

#include "data/mend.hpp"

namespace ersatz::fuzzing {
namespace {

constexpr std::string_view kLocal{"PK\x03\x04", 4}, kEntry{"PK\x01\x02", 4}, kEnd{"PK\x05\x06", 4};
constexpr std::size_t kLocalSize = 30, kEntrySize = 46, kEndSize = 22;
constexpr std::size_t kMostUnpacked = std::size_t{1} << 24;

struct Content {
  std::uint32_t crc = 0, packed = 0, unpacked = 0;
};

/// What a deflated file unpacks to, as far as it does.
void inflate_into(std::string_view packed, Content& content) {
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) return;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  Bytef block[4096];
  int status = Z_OK;
  while (status == Z_OK && stream.total_out < kMostUnpacked) {
    stream.next_out = block;
    stream.avail_out = sizeof block;
    status = inflate(&stream, Z_NO_FLUSH);
    content.crc =
        static_cast<std::uint32_t>(crc32(content.crc, block, static_cast<uInt>(sizeof block - stream.avail_out)));
  }
  content.packed = static_cast<std::uint32_t>(stream.total_in);
  content.unpacked = static_cast<std::uint32_t>(stream.total_out);
  inflateEnd(&stream);
}

Content content_of(std::string_view data, std::uint32_t method) {
  Content content;
  content.packed = content.unpacked = static_cast<std::uint32_t>(data.size());
  if (method == 8) {
    inflate_into(data, content);
  } else {
    content.crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
  }
  return content;
}

/// CRC and sizes, which lie one after another in local headers and in the directory.
void put(std::string& bytes, std::size_t at, const Content& content, bool unpacked_too) {
  put_little_endian(bytes, at, 4, content.crc);
  put_little_endian(bytes, at + 4, 4, content.packed);
  if (unpacked_too) put_little_endian(bytes, at + 8, 4, content.unpacked);
}

}  // namespace

void mend_zip(std::string& bytes, unsigned seed) {
  if (!bytes.starts_with("PK")) return;
  const bool unpacked_too = seed % 4 != 0;
  const std::size_t directory = std::min(bytes.find(kEntry), bytes.size());
  std::vector<std::size_t> places;
  std::vector<Content> contents;
  for (std::size_t at = bytes.find(kLocal); at < directory && directory - at >= kLocalSize;) {
    const std::size_t next = std::min(bytes.find(kLocal, at + 4), directory);
    const std::size_t begin = at + kLocalSize + little_endian(bytes, at + 26, 2) + little_endian(bytes, at + 28, 2);
    if (begin <= next) {
      places.push_back(at);
      const std::string_view data = std::string_view(bytes).substr(begin, next - begin);
      contents.push_back(content_of(data, little_endian(bytes, at + 8, 2)));
      put(bytes, at + 14, contents.back(), unpacked_too);
    }
    at = next;
  }
  std::size_t count = 0, end = bytes.find(kEnd, directory);
  for (std::size_t at = directory; at < bytes.size() && bytes.size() - at >= kEntrySize && at < end;) {
    if (count < places.size()) {
      put(bytes, at + 16, contents[count], unpacked_too);
      put_little_endian(bytes, at + 42, 4, places[count]);
    }
    ++count;
    at = bytes.find(kEntry, at + 4);
  }
  if (end == std::string::npos || bytes.size() - end < kEndSize) return;
  put_little_endian(bytes, end + 8, 2, count);
  put_little_endian(bytes, end + 10, 2, count);
  put_little_endian(bytes, end + 12, 4, end - directory);
  put_little_endian(bytes, end + 16, 4, directory);
}

}  // namespace ersatz::fuzzing
