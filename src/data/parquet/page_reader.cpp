#include "data/parquet/page_reader.hpp"

#include <zlib.h>

#include <bit>
#include <cstring>

#include "base/error.hpp"
#include "data/parquet/page_codec.hpp"
#include "data/parquet/thrift.hpp"

namespace ersatz::data {
namespace {

enum PageType { kDataPage = 0, kIndexPage = 1, kDictionaryPage = 2, kDataPageV2 = 3 };

Error damaged() { return Error("is damaged: a page's header is wrong"); }

std::size_t as_size(std::int64_t value) {
  if (value < 0) throw damaged();
  return static_cast<std::size_t>(value);
}

ParquetEncoding as_encoding(std::int64_t value) {
  if (value < 0 || value > static_cast<int>(ParquetEncoding::byte_stream_split)) throw damaged();
  return static_cast<ParquetEncoding>(value);
}

int level_width(int largest) { return static_cast<int>(std::bit_width(static_cast<unsigned>(largest))); }

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

struct PageReader::Header {
  std::int64_t type = -1, unpacked = -1, packed = -1;
  std::optional<std::int64_t> crc;
  std::int64_t values = -1, encoding = -1, level_encoding = static_cast<int>(ParquetEncoding::rle);
  std::int64_t definition_bytes = 0, repetition_bytes = 0;
  bool compressed = true;
};

PageReader::Header PageReader::read_header() {
  Header header;
  ThriftReader in(rest_);
  in.structure([&](int id) {
    switch (id) {
      case 1: header.type = in.integer(); return true;
      case 2: header.unpacked = in.integer(); return true;
      case 3: header.packed = in.integer(); return true;
      case 4: header.crc = in.integer(); return true;
      case 5:
      case 7:
        in.structure([&](int part) {
          if (part == 1) header.values = in.integer();
          if (part == 2) header.encoding = in.integer();
          if (part == 3 && id == 5) header.level_encoding = in.integer();
          return part == 1 || part == 2 || (part == 3 && id == 5);
        });
        return true;
      case 8:
        in.structure([&](int part) {
          switch (part) {
            case 1: header.values = in.integer(); return true;
            case 4: header.encoding = in.integer(); return true;
            case 5: header.definition_bytes = in.integer(); return true;
            case 6: header.repetition_bytes = in.integer(); return true;
            case 7: header.compressed = in.boolean(); return true;
            default: return false;
          }
        });
        return true;
      default: return false;
    }
  });
  rest_ = in.rest();
  return header;
}

ParquetPage PageReader::open_first_version(const Header& header, std::string_view packed, std::string& buffer) const {
  ParquetPage page;
  page.rows = as_size(header.values);
  page.encoding = as_encoding(header.encoding);
  page.values = unpack_page(codec_, packed, as_size(header.unpacked), buffer);
  page.dictionary = header.type == kDictionaryPage;
  if (page.dictionary || max_definition_ == 0) return page;
  if (as_encoding(header.level_encoding) != ParquetEncoding::rle) {
    throw Error("has definition levels in the deprecated encoding BIT_PACKED, which ersatz does not read",
                "write it again with a newer program");
  }
  std::uint32_t length = 0;
  if (page.values.size() < sizeof length) throw damaged();
  std::memcpy(&length, page.values.data(), sizeof length);
  page.values.remove_prefix(sizeof length);
  if (length > page.values.size()) throw damaged();
  page.levels = {page.values.substr(0, length), level_width(max_definition_)};
  page.values.remove_prefix(length);
  return page;
}

/// Here the levels stand in front, unpacked.
ParquetPage PageReader::open_second_version(const Header& header, std::string_view packed, std::string& buffer) const {
  ParquetPage page;
  page.rows = as_size(header.values);
  page.encoding = as_encoding(header.encoding);
  const std::size_t repetition = as_size(header.repetition_bytes), definition = as_size(header.definition_bytes);
  std::size_t unpacked = as_size(header.unpacked);
  if (repetition > packed.size() || definition > packed.size() - repetition || repetition + definition > unpacked) {
    throw damaged();
  }
  page.levels = {packed.substr(repetition, definition), level_width(max_definition_)};
  packed.remove_prefix(repetition + definition);
  unpacked -= repetition + definition;
  page.values = unpack_page(header.compressed ? codec_ : ParquetCodec::uncompressed, packed, unpacked, buffer);
  return page;
}

std::optional<ParquetPage> PageReader::next(PageBuffers& buffers) {
  while (!rest_.empty()) {
    const Header header = read_header();
    const std::size_t size = as_size(header.packed);
    if (size > rest_.size()) throw Error("is damaged: a page is larger than its column");
    const std::string_view packed = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (header.crc && static_cast<std::uint32_t>(*header.crc) != crc_of(packed)) {
      throw Error("is damaged: the checksum of a page is wrong");
    }
    switch (header.type) {
      case kDataPage: return open_first_version(header, packed, buffers.data);
      case kDictionaryPage: return open_first_version(header, packed, buffers.dictionary);
      case kDataPageV2: return open_second_version(header, packed, buffers.data);
      case kIndexPage: break;
      default: throw damaged();
    }
  }
  return {};
}

}  // namespace ersatz::data
