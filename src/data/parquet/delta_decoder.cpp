#include "data/parquet/delta_decoder.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "data/parquet/hybrid_decoder.hpp"

namespace ersatz::data {
namespace {

constexpr std::uint64_t kLargestBlock = 1 << 20;

std::uint64_t take_zigzag(std::string_view& bytes) {
  const std::uint64_t value = take_varint(bytes);
  return (value >> 1) ^ (~(value & 1) + 1);
}

std::string_view take(std::string_view& bytes, std::uint64_t size) {
  if (size > bytes.size()) throw Error("is damaged: a page has fewer values than it says");
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

}  // namespace

DeltaDecoder::DeltaDecoder(std::string_view bytes) : rest_(bytes) {
  const std::uint64_t block = take_varint(rest_);
  miniblocks_ = take_varint(rest_);
  left_ = take_varint(rest_);
  value_ = take_zigzag(rest_);
  if (block == 0 || block > kLargestBlock || miniblocks_ == 0 || block % miniblocks_ != 0 ||
      block / miniblocks_ % 32 != 0) {
    throw Error("is damaged: a page has blocks of an impossible size");
  }
  miniblock_size_ = block / miniblocks_;
}

void DeltaDecoder::start_block() {
  smallest_ = take_zigzag(rest_);
  widths_ = take(rest_, miniblocks_);
}

void DeltaDecoder::start_miniblock() {
  if (widths_.empty()) start_block();
  width_ = static_cast<std::uint8_t>(widths_.front());
  widths_.remove_prefix(1);
  if (width_ > 64) throw Error("is damaged: a page has numbers of an impossible width");
  packed_ = take(rest_, miniblock_size_ * width_ / 8);
  in_miniblock_ = miniblock_size_;
  bit_ = 0;
}

std::uint64_t DeltaDecoder::unpack() {
  std::uint64_t value = 0;
  for (unsigned have = 0; have < width_;) {
    const unsigned offset = bit_ % 8, count = std::min(8 - offset, width_ - have);
    const std::uint64_t piece = (static_cast<std::uint8_t>(packed_[bit_ / 8]) >> offset) & ((1U << count) - 1);
    value |= piece << have;
    have += count;
    bit_ += count;
  }
  return value;
}

std::int64_t DeltaDecoder::next() {
  if (left_ == 0) throw Error("is damaged: a page has fewer values than it says");
  const std::uint64_t value = value_;
  if (--left_ > 0) {
    if (in_miniblock_ == 0) start_miniblock();
    --in_miniblock_;
    value_ += smallest_ + unpack();
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace ersatz::data
