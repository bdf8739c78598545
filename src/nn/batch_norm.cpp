#include "nn/batch_norm.hpp"

#include <algorithm>

#include "base/vectorised.hpp"
#include "nn/gelu.hpp"

namespace ersatz::nn {
namespace {

// A loop takes one block of one image at a time, [area, 16]; the 16 lanes become vectors.

template <typename T>
[[gnu::always_inline]] inline void sums_loop(const NormShape& shape, const T* __restrict src, double* __restrict sums) {
  std::fill_n(sums, shape.channels(), 0.0);
  for (std::int64_t i = 0; i < shape.images * shape.blocks; ++i) {
    float sum[kChannelBlock] = {};
    for (std::int64_t p = 0; p < shape.area; ++p, src += kChannelBlock) {
      for (int l = 0; l < kChannelBlock; ++l) sum[l] += to_float(src[l]);
    }
    double* to = sums + i % shape.blocks * kChannelBlock;
    for (int l = 0; l < kChannelBlock; ++l) to[l] += static_cast<double>(sum[l]);
  }
}

template <typename T>
[[gnu::always_inline]] inline void moments_loop(const NormShape& shape, const T* __restrict src,
                                                double* __restrict mean, double* __restrict variance) {
  sums_loop(shape, src, mean);
  for (std::int64_t c = 0; c < shape.channels(); ++c) mean[c] /= static_cast<double>(shape.rows());
  std::fill_n(variance, shape.channels(), 0.0);
  for (std::int64_t i = 0; i < shape.images * shape.blocks; ++i) {
    const std::int64_t channel = i % shape.blocks * kChannelBlock;
    float centre[kChannelBlock], sum[kChannelBlock] = {};
    for (int l = 0; l < kChannelBlock; ++l) centre[l] = static_cast<float>(mean[channel + l]);
    for (std::int64_t p = 0; p < shape.area; ++p, src += kChannelBlock) {
      for (int l = 0; l < kChannelBlock; ++l) {
        const float distance = to_float(src[l]) - centre[l];
        sum[l] += distance * distance;
      }
    }
    for (int l = 0; l < kChannelBlock; ++l) variance[channel + l] += static_cast<double>(sum[l]);
  }
  for (std::int64_t c = 0; c < shape.channels(); ++c) variance[c] /= static_cast<double>(shape.rows());
}

template <bool kGelu, typename T>
[[gnu::always_inline]] inline void forward_loop(const NormShape& shape, const NormScale& scale, const T* __restrict src,
                                                T* __restrict dst) {
  for (std::int64_t i = 0; i < shape.images * shape.blocks; ++i) {
    const std::int64_t channel = i % shape.blocks * kChannelBlock;
    const float *__restrict mean = scale.mean.data() + channel, *__restrict inverse = scale.inverse.data() + channel,
                *__restrict bias = scale.bias.data() + channel;
    for (std::int64_t p = 0; p < shape.area; ++p, src += kChannelBlock, dst += kChannelBlock) {
      for (int l = 0; l < kChannelBlock; ++l) {
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
    const std::int64_t channel = i % shape.blocks * kChannelBlock;
    const float *__restrict mean = scale.mean.data() + channel, *__restrict inverse = scale.inverse.data() + channel,
                *__restrict bias = scale.bias.data() + channel;
    float sum[kChannelBlock] = {}, product[kChannelBlock] = {};
    for (std::int64_t p = 0; p < shape.area; ++p, src += kChannelBlock, diff_dst += kChannelBlock) {
      for (int l = 0; l < kChannelBlock; ++l) {
        const float normal = (to_float(src[l]) - mean[l]) * inverse[l];
        const float slope = kGelu ? gelu_slope(normal + bias[l]) : 1.0F;
        const float gradient = to_float(diff_dst[l]) * slope;
        sum[l] += gradient;
        product[l] += gradient * normal;
      }
    }
    for (int l = 0; l < kChannelBlock; ++l) {
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
    const std::int64_t channel = i % shape.blocks * kChannelBlock;
    const float *__restrict mean = scale.mean.data() + channel, *__restrict inverse = scale.inverse.data() + channel,
                *__restrict bias = scale.bias.data() + channel;
    float mean_gradient[kChannelBlock], mean_product[kChannelBlock];
    for (int l = 0; l < kChannelBlock; ++l) {
      mean_gradient[l] = static_cast<float>(sums[channel + l] / rows);
      mean_product[l] = static_cast<float>(products[channel + l] / rows);
    }
    for (std::int64_t p = 0; p < shape.area;
         ++p, src += kChannelBlock, diff_dst += kChannelBlock, diff_src += kChannelBlock) {
      for (int l = 0; l < kChannelBlock; ++l) {
        const float normal = (to_float(src[l]) - mean[l]) * inverse[l];
        const float slope = kGelu ? gelu_slope(normal + bias[l]) : 1.0F;
        const float gradient = to_float(diff_dst[l]) * slope;
        store(inverse[l] * (gradient - mean_gradient[l] - normal * mean_product[l]), diff_src[l]);
      }
    }
  }
}

}  // namespace

void channel_moments(const NormShape& shape, const float* src, double* mean, double* variance) {
  vectorised<moments_loop<float>>(shape, src, mean, variance);
}
void channel_moments(const NormShape& shape, const Bf16* src, double* mean, double* variance) {
  vectorised<moments_loop<Bf16>>(shape, src, mean, variance);
}

void channel_sums(const NormShape& shape, const float* src, double* sums) {
  vectorised<sums_loop<float>>(shape, src, sums);
}
void channel_sums(const NormShape& shape, const Bf16* src, double* sums) {
  vectorised<sums_loop<Bf16>>(shape, src, sums);
}

void norm_forward(const NormShape& shape, const NormScale& scale, bool gelu, const float* src, float* dst) {
  gelu ? vectorised<forward_loop<true, float>>(shape, scale, src, dst)
       : vectorised<forward_loop<false, float>>(shape, scale, src, dst);
}
void norm_forward(const NormShape& shape, const NormScale& scale, bool gelu, const Bf16* src, Bf16* dst) {
  gelu ? vectorised<forward_loop<true, Bf16>>(shape, scale, src, dst)
       : vectorised<forward_loop<false, Bf16>>(shape, scale, src, dst);
}

void norm_gradient_sums(const NormShape& shape, const NormScale& scale, bool gelu, const float* src,
                        const float* diff_dst, double* sums, double* products) {
  gelu ? vectorised<gradient_sums_loop<true, float>>(shape, scale, src, diff_dst, sums, products)
       : vectorised<gradient_sums_loop<false, float>>(shape, scale, src, diff_dst, sums, products);
}
void norm_gradient_sums(const NormShape& shape, const NormScale& scale, bool gelu, const Bf16* src,
                        const Bf16* diff_dst, double* sums, double* products) {
  gelu ? vectorised<gradient_sums_loop<true, Bf16>>(shape, scale, src, diff_dst, sums, products)
       : vectorised<gradient_sums_loop<false, Bf16>>(shape, scale, src, diff_dst, sums, products);
}

void norm_backward(const NormShape& shape, const NormScale& scale, bool gelu, const double* sums,
                   const double* products, const float* src, const float* diff_dst, float* diff_src) {
  gelu ? vectorised<backward_loop<true, float>>(shape, scale, sums, products, src, diff_dst, diff_src)
       : vectorised<backward_loop<false, float>>(shape, scale, sums, products, src, diff_dst, diff_src);
}
void norm_backward(const NormShape& shape, const NormScale& scale, bool gelu, const double* sums,
                   const double* products, const Bf16* src, const Bf16* diff_dst, Bf16* diff_src) {
  gelu ? vectorised<backward_loop<true, Bf16>>(shape, scale, sums, products, src, diff_dst, diff_src)
       : vectorised<backward_loop<false, Bf16>>(shape, scale, sums, products, src, diff_dst, diff_src);
}

}  // namespace ersatz::nn
