#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ersatz::data {

/// Integers as differences of neighbours, bit-packed in blocks: DELTA_BINARY_PACKED, and the lengths in
/// DELTA_LENGTH_BYTE_ARRAY. Takes no memory for them, however many a damaged page claims.
class DeltaDecoder {
 public:
  DeltaDecoder() = default;
  /// Throws Error for a damaged header.
  explicit DeltaDecoder(std::string_view bytes);

  /// Throws Error behind the last number.
  std::int64_t next();

  std::uint64_t left() const { return left_; }

  /// What follows the block of the number that was read last.
  std::string_view rest() const { return rest_; }

 private:
  void start_block();
  void start_miniblock();
  std::uint64_t unpack();

  std::string_view rest_;
  std::uint64_t miniblocks_ = 0;      // in a block
  std::uint64_t miniblock_size_ = 0;  // values in it
  std::uint64_t left_ = 0;
  std::uint64_t value_ = 0;     // the one that next() returns
  std::uint64_t smallest_ = 0;  // difference in the block; the packed ones are above it
  std::string_view widths_;     // of the miniblocks that are left of the block
  std::uint64_t in_miniblock_ = 0;
  std::string_view packed_;
  std::size_t bit_ = 0;
  unsigned width_ = 0;
};

}  // namespace ersatz::data
