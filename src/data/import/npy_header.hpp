#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/import/byte_stream.hpp"

namespace ersatz::data {

/// How the values of a NumPy array lie in a file. Format: numpy.lib.format, versions 1 to 3.
struct NpyHeader {
  bool big_endian = false;
  char kind = 'u';              ///< as NumPy's dtype.kind: u, i, f, b, ...
  std::size_t value_bytes = 1;  ///< of one value
  bool columns_first = false;   ///< Fortran's order
  std::vector<std::uint64_t> shape;
  std::size_t header_bytes = 0;  ///< where the values begin

  std::string type() const;  ///< for messages: "float32"
  /// The number of values; throws Error when it is beyond all memory.
  std::uint64_t values() const;
};

/// Reads the header from the beginning of an array's bytes. Throws Error for other files, and for values with fields.
NpyHeader read_npy_header(ByteStream& in);

/// Reads whole numbers behind their header, [n] or [n, 1], as class numbers. Throws Error for other arrays, and for
/// negative and very large numbers.
std::vector<std::int32_t> read_npy_labels(const NpyHeader& header, ByteStream& in);

}  // namespace ersatz::data
