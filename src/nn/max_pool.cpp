#include "nn/max_pool.hpp"

#include "base/vectorised.hpp"

namespace ersatz::nn {
namespace {

template <typename T>
[[gnu::always_inline]] inline void forward_loop(const PoolShape& shape, const T* __restrict src, T* __restrict dst,
                                                std::uint8_t* __restrict places) {
  const std::int64_t row = shape.width * kChannelBlock;
  for (std::int64_t block = 0; block < shape.blocks; ++block) {
    for (std::int64_t y = 0; y < shape.out_height; ++y) {
      const T* from = src + (block * shape.height + 2 * y) * row;
      for (std::int64_t x = 0; x < shape.out_width; ++x, from += 2 * kChannelBlock) {
        for (int c = 0; c < kChannelBlock; ++c) {
          const T a = from[c], b = from[kChannelBlock + c], d = from[row + c], e = from[row + kChannelBlock + c];
          const T upper = b > a ? b : a, lower = e > d ? e : d;
          // As wide as the values, so that the vectors of both fit together.
          const T in_upper = b > a ? 1 : 0, in_lower = e > d ? 3 : 2;
          dst[c] = lower > upper ? lower : upper;
          places[c] = static_cast<std::uint8_t>(lower > upper ? in_lower : in_upper);
        }
        dst += kChannelBlock;
        places += kChannelBlock;
      }
    }
  }
}

template <typename T>
[[gnu::always_inline]] inline void backward_loop(const PoolShape& shape, const T* __restrict dst,
                                                 const std::uint8_t* __restrict places, const T* __restrict diff_dst,
                                                 T* __restrict diff_src) {
  const std::int64_t row = shape.width * kChannelBlock;
  for (std::int64_t block = 0; block < shape.blocks; ++block) {
    for (std::int64_t y = 0; y < shape.out_height; ++y) {
      T* to = diff_src + (block * shape.height + 2 * y) * row;
      for (std::int64_t x = 0; x < shape.out_width; ++x, to += 2 * kChannelBlock) {
        for (int c = 0; c < kChannelBlock; ++c) {
          const T gradient = dst[c] > 0 ? diff_dst[c] : T{0};
          const T place = places[c];
          to[c] = place == 0 ? gradient : T{0};
          to[kChannelBlock + c] = place == 1 ? gradient : T{0};
          to[row + c] = place == 2 ? gradient : T{0};
          to[row + kChannelBlock + c] = place == 3 ? gradient : T{0};
        }
        dst += kChannelBlock;
        diff_dst += kChannelBlock;
        places += kChannelBlock;
      }
    }
  }
}

}  // namespace

void max_pool_forward(const PoolShape& shape, const std::int32_t* src, std::int32_t* dst, std::uint8_t* places) {
  vectorised<forward_loop<std::int32_t>>(shape, src, dst, places);
}

void max_pool_forward(const PoolShape& shape, const std::int16_t* src, std::int16_t* dst, std::uint8_t* places) {
  vectorised<forward_loop<std::int16_t>>(shape, src, dst, places);
}

void max_pool_relu_backward(const PoolShape& shape, const std::int32_t* dst, const std::uint8_t* places,
                            const std::int32_t* diff_dst, std::int32_t* diff_src) {
  vectorised<backward_loop<std::int32_t>>(shape, dst, places, diff_dst, diff_src);
}

void max_pool_relu_backward(const PoolShape& shape, const std::int16_t* dst, const std::uint8_t* places,
                            const std::int16_t* diff_dst, std::int16_t* diff_src) {
  vectorised<backward_loop<std::int16_t>>(shape, dst, places, diff_dst, diff_src);
}

}  // namespace ersatz::nn
