#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "data/parquet/hybrid_decoder.hpp"
#include "data/parquet/parquet_file.hpp"

namespace ersatz::data {

/// What the pages of a column are unpacked to.
struct PageBuffers {
  std::string data, dictionary;
};

/// A page of a column, unpacked. Its bytes are valid until the next one of its kind is read.
struct ParquetPage {
  bool dictionary = false;
  std::uint64_t rows = 0;  ///< with those that have no value; of a dictionary its values
  ParquetEncoding encoding = ParquetEncoding::plain;
  HybridDecoder levels;  ///< definition levels, where the column may lack values
  std::string_view values;
};

/// Goes through the pages of a chunk whose column does not repeat; in memory is one of them.
class PageReader {
 public:
  PageReader(const ParquetColumn& column, const ParquetChunk& chunk)
      : codec_(chunk.codec), max_definition_(column.max_definition), rest_(chunk.pages) {}

  /// The next page that holds values; nothing behind the last.
  std::optional<ParquetPage> next(PageBuffers& buffers);

 private:
  struct Header;

  Header read_header();
  ParquetPage open_first_version(const Header& header, std::string_view packed, std::string& buffer) const;
  ParquetPage open_second_version(const Header& header, std::string_view packed, std::string& buffer) const;

  ParquetCodec codec_;
  int max_definition_;
  std::string_view rest_;
};

}  // namespace ersatz::data
