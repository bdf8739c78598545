#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ersatz::data {

/// A number of up to ten bytes of seven bits, lowest first, taken off the front of `bytes`. Throws Error at their end.
std::uint64_t take_varint(std::string_view& bytes);

/// Small numbers in Parquet's mixture of runs and bit-packed groups: definition levels and places in dictionaries.
class HybridDecoder {
 public:
  HybridDecoder() = default;
  /// Numbers of `width` bits, 0 to 32; throws Error for others.
  HybridDecoder(std::string_view bytes, int width);

  /// Throws Error behind the last number.
  std::uint32_t next();

 private:
  void start_run();
  std::uint32_t unpack(std::size_t bit) const;

  std::string_view rest_;
  int width_ = 0;
  std::uint64_t left_ = 0;  // of the current run
  bool packed_ = false;
  std::uint32_t value_ = 0;  // of a run of equal numbers
  std::string_view group_;   // of a bit-packed run
  std::size_t bit_ = 0;
};

}  // namespace ersatz::data
