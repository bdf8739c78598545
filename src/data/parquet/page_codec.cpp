#include "data/parquet/page_codec.hpp"

#include <fmt/format.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kLargestPage = std::size_t{1} << 30;
constexpr std::size_t kAlwaysAllowed = std::size_t{64} << 20;
constexpr std::size_t kLargestRatio = 1100;  // the most that deflate can do is 1032

[[noreturn]] void fail() { throw Error("is damaged: a page cannot be unpacked"); }

void unpack_snappy(std::string_view packed, std::string& out) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &size) || size != out.size() ||
      !snappy::RawUncompress(packed.data(), packed.size(), out.data())) {
    fail();
  }
}

void unpack_zstd(std::string_view packed, std::string& out) {
  const std::size_t size = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0 || size != out.size()) fail();
}

/// Gzip and zlib streams, one or several one after another.
void unpack_gzip(std::string_view packed, std::string& out) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) fail();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int status = Z_OK;
  while ((status = inflate(&stream, Z_FINISH)) == Z_STREAM_END && stream.avail_in > 0 && stream.avail_out > 0) {
    inflateReset(&stream);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END || stream.avail_out > 0) fail();
}

const char* name_of(ParquetCodec codec) {
  switch (codec) {
    case ParquetCodec::lzo: return "LZO";
    case ParquetCodec::brotli: return "BROTLI";
    case ParquetCodec::lz4: return "LZ4";
    case ParquetCodec::lz4_raw: return "LZ4_RAW";
    default: return "an unknown codec";
  }
}

}  // namespace

std::string_view unpack_page(ParquetCodec codec, std::string_view packed, std::size_t size, std::string& out) {
  if (codec == ParquetCodec::uncompressed) {
    if (packed.size() != size) throw Error("is damaged: the sizes of a page differ");
    return packed;
  }
  if (size > kLargestPage || packed.size() > kLargestPage ||
      (size > kAlwaysAllowed && size / kLargestRatio > packed.size())) {
    throw Error(fmt::format("has a page of {} bytes, packed into {}: more than is read", size, packed.size()),
                "write it again with smaller pages; if it was written by a usual program, it is damaged");
  }
  if (size == 0) return {};
  out.resize(size);
  switch (codec) {
    case ParquetCodec::snappy: unpack_snappy(packed, out); break;
    case ParquetCodec::zstd: unpack_zstd(packed, out); break;
    case ParquetCodec::gzip: unpack_gzip(packed, out); break;
    default:
      throw Error(fmt::format("is compressed with {}, which ersatz does not read", name_of(codec)),
                  "write it again with snappy, zstd, gzip or without compression, for example with pyarrow: "
                  "parquet.write_table(table, path, compression=\"zstd\")");
  }
  return out;
}

}  // namespace ersatz::data
