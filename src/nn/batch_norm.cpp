#include "nn/batch_norm.hpp"

#include <algorithm>

#include "base/every_isa.hpp"
#include "nn/gelu.hpp"

namespace ersatz::nn {
namespace {

// A loop takes one block of one image at a time, [area, 16]; the 16 lanes become vectors.

template <typename T>
[[gnu::always_inline]] inline void sums_loop(const NormShape& shape, const T* __restrict src, double* __restrict sums) {
  std::fill_n(sums, shape.channels(), 0.0);
  for (std::int64_t i = 0; i < shape.images * shape.blocks; ++i) {
    float sum[kNormBlock] = {};
    for (std::int64_t p = 0; p < shape.area; ++p, src += kNormBlock) {
      for (int l = 0; l < kNormBlock; ++l) sum[l] += to_float(src[l]);
    }
    double* to = sums + i % shape.blocks * kNormBlock;
    for (int l = 0; l < kNormBlock; ++l) to[l] += static_cast<double>(sum[l]);
  }
}

template <typename T>
[[gnu::always_inline]] inline void moments_loop(const NormShape& shape, const T* __restrict src,
                                                double* __restrict mean, double* __restrict variance) {
  sums_loop(shape, src, mean);
  for (std::int64_t c = 0; c < shape.channels(); ++c) mean[c] /= static_cast<double>(shape.rows());
  std::fill_n(variance, shape.channels(), 0.0);
  for (std::int64_t i = 0; i < shape.images * shape.blocks; ++i) {
    const std::int64_t channel = i % shape.blocks * kNormBlock;
    float centre[kNormBlock], sum[kNormBlock] = {};
    for (int l = 0; l < kNormBlock; ++l) centre[l] = static_cast<float>(mean[channel + l]);
    for (std::int64_t p = 0; p < shape.area; ++p, src += kNormBlock) {
      for (int l = 0; l < kNormBlock; ++l) {
        const float distance = to_float(src[l]) - centre[l];
        sum[l] += distance * distance;
      }
    }
    for (int l = 0; l < kNormBlock; ++l) variance[channel + l] += static_cast<double>(sum[l]);
  }
  for (std::int64_t c = 0; c < shape.channels(); ++c) variance[c] /= static_cast<double>(shape.rows());
}

template <bool kGelu, typename T>
[[gnu::always_inline]] inline void forward_loop(const NormShape& shape, const NormScale& scale, const T* __restrict src,
                                                T* __restrict dst) {
  for (std::int64_t i = 0; i < shape.images * shape.blocks; ++i) {
    const std::int64_t channel = i % shape.blocks * kNormBlock;
    const float *__restrict mean = scale.mean.data() + channel, *__restrict inverse = scale.inverse.data() + channel,
                *__restrict bias = scale.bias.data() + channel;
    for (std::int64_t p = 0; p < shape.area; ++p, src += kNormBlock, dst += kNormBlock) {
      for (int l = 0; l < kNormBlock; ++l) {
        const float z = (to_float(src[l]) - mean[l]) * inverse[l] + bias[l];
        store(kGelu ? gelu(z) : z, dst[l]);
      }
    }
  }
}

template <bool kGelu, typename T>
[[gnu::always_inline]] inline void gradient_sums_loop(const NormShape& shape, const NormScale& scale,
                                                      const T* __restrict src, const T* __restrict diff_dst,
                                                      double* __restrict sums, double* __restrict products) {
  std::fill_n(sums, shape.channels(), 0.0);
  std::fill_n(products, shape.channels(), 0.0);
  for (std::int64_t i = 0; i < shape.images * shape.blocks; ++i) {
    const std::int64_t channel = i % shape.blocks * kNormBlock;
    const float *__restrict mean = scale.mean.data() + channel, *__restrict inverse = scale.inverse.data() + channel,
                *__restrict bias = scale.bias.data() + channel;
    float sum[kNormBlock] = {}, product[kNormBlock] = {};
    for (std::int64_t p = 0; p < shape.area; ++p, src += kNormBlock, diff_dst += kNormBlock) {
      for (int l = 0; l < kNormBlock; ++l) {
        const float normal = (to_float(src[l]) - mean[l]) * inverse[l];
        const float slope = kGelu ? gelu_slope(normal + bias[l]) : 1.0F;
        const float gradient = to_float(diff_dst[l]) * slope;
        sum[l] += gradient;
        product[l] += gradient * normal;
      }
    }
    for (int l = 0; l < kNormBlock; ++l) {
      sums[channel + l] += static_cast<double>(sum[l]);
      products[channel + l] += static_cast<double>(product[l]);
    }
  }
}

template <bool kGelu, typename T>
[[gnu::always_inline]] inline void backward_loop(const NormShape& shape, const NormScale& scale, const double* sums,
                                                 const double* products, const T* __restrict src,
                                                 const T* __restrict diff_dst, T* __restrict diff_src) {
  const double rows = static_cast<double>(shape.rows());
  for (std::int64_t i = 0; i < shape.images * shape.blocks; ++i) {
    const std::int64_t channel = i % shape.blocks * kNormBlock;
    const float *__restrict mean = scale.mean.data() + channel, *__restrict inverse = scale.inverse.data() + channel,
                *__restrict bias = scale.bias.data() + channel;
    float mean_gradient[kNormBlock], mean_product[kNormBlock];
    for (int l = 0; l < kNormBlock; ++l) {
      mean_gradient[l] = static_cast<float>(sums[channel + l] / rows);
      mean_product[l] = static_cast<float>(products[channel + l] / rows);
    }
    for (std::int64_t p = 0; p < shape.area; ++p, src += kNormBlock, diff_dst += kNormBlock, diff_src += kNormBlock) {
      for (int l = 0; l < kNormBlock; ++l) {
        const float normal = (to_float(src[l]) - mean[l]) * inverse[l];
        const float slope = kGelu ? gelu_slope(normal + bias[l]) : 1.0F;
        const float gradient = to_float(diff_dst[l]) * slope;
        store(inverse[l] * (gradient - mean_gradient[l] - normal * mean_product[l]), diff_src[l]);
      }
    }
  }
}

}  // namespace

ERSATZ_EVERY_ISA void channel_moments(const NormShape& shape, const float* src, double* mean, double* variance) {
  moments_loop(shape, src, mean, variance);
}
ERSATZ_EVERY_ISA void channel_moments(const NormShape& shape, const Bf16* src, double* mean, double* variance) {
  moments_loop(shape, src, mean, variance);
}

ERSATZ_EVERY_ISA void channel_sums(const NormShape& shape, const float* src, double* sums) {
  sums_loop(shape, src, sums);
}
ERSATZ_EVERY_ISA void channel_sums(const NormShape& shape, const Bf16* src, double* sums) {
  sums_loop(shape, src, sums);
}

ERSATZ_EVERY_ISA void norm_forward(const NormShape& shape, const NormScale& scale, bool gelu, const float* src,
                                   float* dst) {
  gelu ? forward_loop<true>(shape, scale, src, dst) : forward_loop<false>(shape, scale, src, dst);
}
ERSATZ_EVERY_ISA void norm_forward(const NormShape& shape, const NormScale& scale, bool gelu, const Bf16* src,
                                   Bf16* dst) {
  gelu ? forward_loop<true>(shape, scale, src, dst) : forward_loop<false>(shape, scale, src, dst);
}

ERSATZ_EVERY_ISA void norm_gradient_sums(const NormShape& shape, const NormScale& scale, bool gelu, const float* src,
                                         const float* diff_dst, double* sums, double* products) {
  gelu ? gradient_sums_loop<true>(shape, scale, src, diff_dst, sums, products)
       : gradient_sums_loop<false>(shape, scale, src, diff_dst, sums, products);
}
ERSATZ_EVERY_ISA void norm_gradient_sums(const NormShape& shape, const NormScale& scale, bool gelu, const Bf16* src,
                                         const Bf16* diff_dst, double* sums, double* products) {
  gelu ? gradient_sums_loop<true>(shape, scale, src, diff_dst, sums, products)
       : gradient_sums_loop<false>(shape, scale, src, diff_dst, sums, products);
}

ERSATZ_EVERY_ISA void norm_backward(const NormShape& shape, const NormScale& scale, bool gelu, const double* sums,
                                    const double* products, const float* src, const float* diff_dst, float* diff_src) {
  gelu ? backward_loop<true>(shape, scale, sums, products, src, diff_dst, diff_src)
       : backward_loop<false>(shape, scale, sums, products, src, diff_dst, diff_src);
}
ERSATZ_EVERY_ISA void norm_backward(const NormShape& shape, const NormScale& scale, bool gelu, const double* sums,
                                    const double* products, const Bf16* src, const Bf16* diff_dst, Bf16* diff_src) {
  gelu ? backward_loop<true>(shape, scale, sums, products, src, diff_dst, diff_src)
       : backward_loop<false>(shape, scale, sums, products, src, diff_dst, diff_src);
}

}  // namespace ersatz::nn
