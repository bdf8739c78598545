#include <zlib.h>

#include <algorithm>
#include <cstdio>

#include "data/mend.hpp"
#include "mutate.hpp"

namespace ersatz::fuzzing {
namespace {

constexpr std::size_t kBlock = 512, kSize = 124, kChecksum = 148, kMagic = 257;
constexpr std::size_t kMostUnpacked = std::size_t{1} << 20;

bool is_tar(std::string_view bytes) { return bytes.size() >= kBlock && bytes.substr(kMagic, 5) == "ustar"; }

void mend_headers(std::string& tar) {
  tar.resize((tar.size() + kBlock - 1) / kBlock * kBlock);
  for (std::size_t at = 0; at + kBlock <= tar.size();) {
    const std::string_view header = std::string_view(tar).substr(at, kBlock);
    if (header.find_first_not_of('\0') == std::string_view::npos) return;
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < 11; ++i) {
      const char digit = header[kSize + i];
      if (digit < '0' || digit > '7') break;
      size = size * 8 + static_cast<std::uint64_t>(digit - '0');
    }
    std::fill_n(tar.begin() + static_cast<std::ptrdiff_t>(at + kChecksum), 8, ' ');
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<std::uint8_t>(c);
    char text[8];
    std::snprintf(text, sizeof text, "%06o", sum);
    std::copy_n(text, 7, tar.data() + at + kChecksum);
    const std::uint64_t left = tar.size() - at - kBlock;
    at += kBlock + (size > left ? 0 : (size + kBlock - 1) / kBlock * kBlock);
  }
}

std::string gunzip(std::string_view packed) {
  std::string out(kMostUnpacked, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

void mend_tar(std::string& bytes, unsigned) {
  if (is_tar(bytes)) return mend_headers(bytes);
  if (!bytes.starts_with("\x1f\x8b")) return;
  std::string tar = gunzip(bytes);
  if (!is_tar(tar)) return;
  const std::size_t size = tar.size();
  tar.resize(size + kBlock);
  tar.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(tar.data()), size, tar.size()));
  mend_headers(tar);
  bytes = gzip(tar);
}

}  // namespace ersatz::fuzzing
