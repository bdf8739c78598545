#include "data/parquet/hybrid_decoder.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

Error cut_short() { return Error("is damaged: a page has fewer values than it says"); }

}  // namespace

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (bytes.empty()) throw cut_short();
    const auto piece = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{piece & 0x7fU} << shift;
    if (piece < 0x80) return value;
  }
  throw Error("is damaged: a number in a page has no end");
}

HybridDecoder::HybridDecoder(std::string_view bytes, int width) : rest_(bytes), width_(width) {
  if (width < 0 || width > 32) throw Error("is damaged: a page has numbers of an impossible width");
}

void HybridDecoder::start_run() {
  const std::uint64_t header = take_varint(rest_);
  packed_ = (header & 1) != 0;
  if (packed_) {
    // (what a writer left out at the end of the last group is not there)
    const std::uint64_t groups = header >> 1;
    const std::uint64_t most = width_ == 0 ? 0 : rest_.size() / static_cast<std::uint64_t>(width_) + 1;
    if (width_ > 0 && groups > most) throw cut_short();
    group_ = rest_.substr(0, std::min<std::size_t>(rest_.size(), groups * static_cast<std::uint64_t>(width_)));
    rest_.remove_prefix(group_.size());
    left_ = groups > (std::uint64_t{1} << 32) ? 0 : groups * 8;
    bit_ = 0;
    return;
  }
  left_ = header >> 1;
  value_ = 0;
  for (int i = 0; i < (width_ + 7) / 8; ++i) {
    if (rest_.empty()) throw cut_short();
    value_ |= std::uint32_t{static_cast<std::uint8_t>(rest_.front())} << (8 * i);
    rest_.remove_prefix(1);
  }
}

std::uint32_t HybridDecoder::unpack(std::size_t bit) const {
  if (bit + static_cast<std::size_t>(width_) > 8 * group_.size()) throw cut_short();
  std::uint64_t window = 0;
  const std::size_t first = bit / 8, end = std::min(first + 5, group_.size());
  for (std::size_t i = first; i < end; ++i) {
    window |= std::uint64_t{static_cast<std::uint8_t>(group_[i])} << (8 * (i - first));
  }
  return static_cast<std::uint32_t>((window >> (bit % 8)) & ((std::uint64_t{1} << width_) - 1));
}

std::uint32_t HybridDecoder::next() {
  while (left_ == 0) start_run();
  --left_;
  if (!packed_) return value_;
  const std::uint32_t value = unpack(bit_);
  bit_ += static_cast<std::size_t>(width_);
  return value;
}

}  // namespace ersatz::data
