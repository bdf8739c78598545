#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "data/parquet/parquet_file.hpp"

namespace ersatz::data {

/// A value of a column: bytes of a byte array, or an integer.
struct ParquetValue {
  std::string_view bytes;
  std::int64_t integer = 0;
};

/// The values that pages of a chunk give by their number; they point into its dictionary page.
using ParquetDictionary = std::vector<ParquetValue>;

/// The values of one page, one after another.
class ValueDecoder {
 public:
  virtual ~ValueDecoder() = default;
  /// Throws Error behind the last value. Bytes are valid until the next call.
  virtual ParquetValue next() = 0;
};

/// Whether columns of this type can be read at all: byte arrays and integers.
bool is_readable(ParquetType type);

/// `page` are the values of a page, `dictionary` that of its chunk; both must outlive what is returned. Throws Error
/// for encodings that are not supported or do not fit the type.
std::unique_ptr<ValueDecoder> decode_values(ParquetEncoding encoding, ParquetType type, std::string_view page,
                                            const ParquetDictionary& dictionary);

/// The `count` values of a dictionary page.
ParquetDictionary read_dictionary(ParquetType type, std::string_view page, std::uint64_t count);

}  // namespace ersatz::data
