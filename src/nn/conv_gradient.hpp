#pragma once

#include <cstdint>
#include <memory>

#include "nn/precision.hpp"

namespace ersatz::nn {

/// Images, channels and square kernel of a "same" convolution with stride 1.
struct ConvShape {
  std::int64_t images = 0, in_channels = 0, out_channels = 0, height = 0, width = 0, kernel = 0;
};

/// The gradients of a convolution's weights and biases, the pass for which oneDNN's kernels need the most time
/// (docs/performance.md has both side by side): no place outside the image is multiplied, and no channel that only
/// fills up a block. In bf16 the sum over images runs over pairs of them, which is what the processor's bf16 products
/// take.
class ConvGradient {
 public:
  /// Whether this processor, as far as oneDNN is allowed to use it, has AVX-512 (and bf16 products, for bf16), and the
  /// input channels come in whole blocks of 16.
  static bool fits(const ConvShape& shape, Precision precision);

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
