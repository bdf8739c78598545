#pragma once

#include <cstdint>
#include <memory>

namespace ersatz::nn {

/// Images, channels and square kernel of a "same" convolution with stride 1.
struct ConvShape {
  std::int64_t images = 0, in_channels = 0, out_channels = 0, height = 0, width = 0, kernel = 0;
};

/// The gradients of a convolution's weights and biases in bf16, where oneDNN's kernel is the slowest of the three
/// passes of a layer (docs/performance.md has both side by side). The sum over positions and images runs over pairs of
/// images, which is what the processor's bf16 products take, and no place outside the image is multiplied.
class ConvGradient {
 public:
  /// Whether this processor, as far as oneDNN is allowed to use it, has bf16 products, and the input channels
  /// come in whole blocks of 16.
  static bool fits(const ConvShape& shape);

  explicit ConvGradient(const ConvShape& shape);
  ~ConvGradient();
  ConvGradient(ConvGradient&&) noexcept;
  ConvGradient& operator=(ConvGradient&&) noexcept;

  /// `src` [images, in / 16, height, width, 16] and `diff_dst` [images, ceil(out / 16), height, width, 16] are bits of
  /// bf16; `diff_weights` [out, kernel, kernel, in] and `diff_bias` [out] are written, not added to.
  void run(const std::uint16_t* src, const std::uint16_t* diff_dst, float* diff_weights, float* diff_bias);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ersatz::nn
