#pragma once

#include <cstdint>
#include <memory>

#include "nn/precision.hpp"

namespace ersatz::nn {

/// Images, channels and square kernel of a "same" convolution with stride 1.
struct ConvShape {
  std::int64_t images = 0, in_channels = 0, out_channels = 0, height = 0, width = 0, kernel = 0;
};

/// The gradients of a convolution's weights and biases, the pass on which oneDNN's AVX-512 kernels spend the most time
/// (docs/performance.md compares both). Nothing outside the image is multiplied, and no channel that is only padding of
/// a block. In bf16 two images are multiplied at a time, because the processor's bf16 products take pairs.
class ConvGradient {
 public:
  /// Whether these loops can run: AVX-512 (with bf16 products, for bf16) is there and the input channels come in whole
  /// blocks of 16.
  static bool possible(Isa isa, Precision precision, const ConvShape& shape);
  /// Whether they are what to take: where they are possible, but not in bf16 beside AMX, whose tiles multiply several
  /// times as fast (docs/performance.md). AMX has no f32.
  static bool preferred(Isa isa, Precision precision, const ConvShape& shape);

  /// Bytes that it holds.
  static std::size_t memory_bytes(const ConvShape& shape);

  ConvGradient(const ConvShape& shape, Precision precision);
  ~ConvGradient();
  ConvGradient(ConvGradient&&) noexcept;
  ConvGradient& operator=(ConvGradient&&) noexcept;

  /// `src` [images, in / 16, height, width, 16] and `diff_dst` [images, ceil(out / 16), height, width, 16] are floats
  /// or the bits of bf16; `diff_weights` [out, kernel, kernel, in] and `diff_bias` [out], which may be null, are
  /// written, not added to.
  void run(const void* src, const void* diff_dst, float* diff_weights, float* diff_bias);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ersatz::nn
