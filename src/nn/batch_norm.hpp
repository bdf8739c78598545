#pragma once

#include <cstdint>
#include <vector>

#include "nn/bf16.hpp"
#include "nn/channel_block.hpp"

namespace ersatz::nn {

/// Images in blocks of channels, [images, blocks, area, 16].
struct NormShape {
  std::int64_t images = 0, blocks = 0, area = 0;

  std::int64_t channels() const { return blocks * kChannelBlock; }  ///< including the padding of the last block
  std::int64_t rows() const { return images * area; }               ///< values per channel
};

/// What a channel's values are normalised with: z = (x - mean) x inverse + bias.
struct NormScale {
  std::vector<float> mean, inverse, bias;  ///< inverse = 1 / sqrt(variance + epsilon); channels() values each
};

// The passes of batch normalisation (Ioffe & Szegedy 2015, arXiv 1502.03167), with the GELU behind it in the same
// loops: between the passes only the input is kept. Sums over an image are floats, over images doubles. Arrays of sums
// have channels() values.

/// Mean and biased variance of every channel, in two passes.
void channel_moments(const NormShape& shape, const float* src, double* mean, double* variance);
void channel_moments(const NormShape& shape, const Bf16* src, double* mean, double* variance);

/// The sum of every channel.
void channel_sums(const NormShape& shape, const float* src, double* sums);
void channel_sums(const NormShape& shape, const Bf16* src, double* sums);

/// `dst` = z, or gelu(z).
void norm_forward(const NormShape& shape, const NormScale& scale, bool gelu, const float* src, float* dst);
void norm_forward(const NormShape& shape, const NormScale& scale, bool gelu, const Bf16* src, Bf16* dst);

/// The sums over a channel of g and of g x (z - bias), where g is the gradient before the GELU. The first one is the
/// gradient of the bias.
void norm_gradient_sums(const NormShape& shape, const NormScale& scale, bool gelu, const float* src,
                        const float* diff_dst, double* sums, double* products);
void norm_gradient_sums(const NormShape& shape, const NormScale& scale, bool gelu, const Bf16* src,
                        const Bf16* diff_dst, double* sums, double* products);

/// The gradient of the input: inverse x (g - sum / rows - (z - bias) x product / rows).
void norm_backward(const NormShape& shape, const NormScale& scale, bool gelu, const double* sums,
                   const double* products, const float* src, const float* diff_dst, float* diff_src);
void norm_backward(const NormShape& shape, const NormScale& scale, bool gelu, const double* sums,
                   const double* products, const Bf16* src, const Bf16* diff_dst, Bf16* diff_src);

}  // namespace ersatz::nn
