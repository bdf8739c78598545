#include "nn/gelu.hpp"

#include "base/vectorised.hpp"

namespace ersatz::nn {
namespace {

template <typename T>
[[gnu::always_inline]] inline void forward_loop(std::size_t n, const T* __restrict src, T* __restrict dst) {
  for (std::size_t i = 0; i < n; ++i) store(gelu(to_float(src[i])), dst[i]);
}

template <typename T>
[[gnu::always_inline]] inline void backward_loop(std::size_t n, const T* __restrict src, const T* __restrict diff_dst,
                                                 T* __restrict diff_src) {
  for (std::size_t i = 0; i < n; ++i) store(to_float(diff_dst[i]) * gelu_slope(to_float(src[i])), diff_src[i]);
}

}  // namespace

void gelu_forward(std::size_t n, const float* src, float* dst) { vectorised<forward_loop<float>>(n, src, dst); }
void gelu_forward(std::size_t n, const Bf16* src, Bf16* dst) { vectorised<forward_loop<Bf16>>(n, src, dst); }

void gelu_backward(std::size_t n, const float* src, const float* diff_dst, float* diff_src) {
  vectorised<backward_loop<float>>(n, src, diff_dst, diff_src);
}
void gelu_backward(std::size_t n, const Bf16* src, const Bf16* diff_dst, Bf16* diff_src) {
  vectorised<backward_loop<Bf16>>(n, src, diff_dst, diff_src);
}

}  // namespace ersatz::nn
