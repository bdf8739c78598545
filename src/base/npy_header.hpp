#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz {

/// How the values of a NumPy array lie in a file. Format: numpy.lib.format, versions 1.0 to 3.0.
struct NpyHeader {
  bool big_endian = false;
  char kind = 'u';              ///< as NumPy's dtype.kind: u, i, f, b, ...
  std::size_t value_bytes = 1;  ///< of one value
  bool columns_first = false;   ///< Fortran's order
  std::vector<std::uint64_t> shape;
  std::size_t header_bytes = 0;  ///< where the values begin

  std::string type() const;      ///< for messages: "float32"
  std::uint64_t values() const;  ///< the number of values; with value_bytes it is below 2^48
};

/// Writes the next `size` bytes to `out`, fewer at the end only, and returns how many.
using ReadBytes = std::function<std::size_t(char* out, std::size_t size)>;

/// Reads the header from the beginning of an array's bytes, and nothing behind it. Throws Error, whose text goes behind
/// the name of the array, for other files, for values with fields, for a header of more than 10,000 bytes (NumPy's own
/// limit) and for a shape beyond all memory.
NpyHeader read_npy_header(const ReadBytes& read);

/// What an array of this type ("<f4") and shape begins with in a file of version 1.0: its values follow, in C order.
std::string npy_header_bytes(std::string_view type, std::span<const std::size_t> shape);

}  // namespace ersatz
