#pragma once

#include <cstdint>

#include "nn/channel_block.hpp"

namespace ersatz::nn {

/// Images in blocks of channels, [blocks, height, width, 16], and their 2x2 poolings; a last odd row or column is left
/// out.
struct PoolShape {
  std::int64_t blocks = 0;  ///< images x channel blocks
  std::int64_t height = 0, width = 0;
  std::int64_t out_height = 0, out_width = 0;
};

// Max pooling 2x2, stride 2, of the outputs of a ReLU, and the backward pass of both in one loop: only the place of the
// maximum gets the gradient, and only where the maximum is above 0. Two passes of oneDNN, each over all of the larger
// image, take about three times as long (docs/performance.md). Values are passed as integers with the same bits, int32
// for f32 and int16 for bf16: the outputs of a ReLU are never negative, so both have the same order. Of equal maxima
// the first one counts.

/// `places`: which of the four pixels each maximum was, in the order of the outputs.
void max_pool_forward(const PoolShape& shape, const std::int32_t* src, std::int32_t* dst, std::uint8_t* places);
void max_pool_forward(const PoolShape& shape, const std::int16_t* src, std::int16_t* dst, std::uint8_t* places);

/// Writes the gradient before the ReLU, `diff_src`, except in the rows and columns that are left out, which stay as
/// they are.
void max_pool_relu_backward(const PoolShape& shape, const std::int32_t* dst, const std::uint8_t* places,
                            const std::int32_t* diff_dst, std::int32_t* diff_src);
void max_pool_relu_backward(const PoolShape& shape, const std::int16_t* dst, const std::uint8_t* places,
                            const std::int16_t* diff_dst, std::int16_t* diff_src);

}  // namespace ersatz::nn
