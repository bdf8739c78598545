#pragma once

#include <cstdint>

namespace ersatz::nn {

/// Channels that lie together in the layout that our own loops read and write: oneDNN's nChw16c, [images, blocks,
/// height, width, 16]. As many as an AVX-512 register holds floats.
constexpr int kChannelBlock = 16;

/// How many blocks hold that many channels. The padding of the last block is zero.
constexpr std::int64_t block_count(std::int64_t channels) { return (channels + kChannelBlock - 1) / kChannelBlock; }

}  // namespace ersatz::nn
