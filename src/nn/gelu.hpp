#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "nn/bf16.hpp"

namespace ersatz::nn {

/// The standard normal's distribution function and density at a point.
struct NormalAt {
  float below;    ///< share of the distribution below the point, absolute error about 2e-7
  float density;  ///< relative error about 3e-7
};

/// Has no branches, so that loops over it are vectorised. Both need one exponential, e^(-x^2 / 2), computed as a power
/// of two with a polynomial for the fraction; the distribution is Abramowitz & Stegun's 7.1.26.
[[gnu::always_inline]] inline NormalAt normal_at(float x) {
  constexpr float kLog2OfE = 1.44269504F, kRound = 12582912.0F;  // 1.5 x 2^23: adding it rounds to a whole number
  const float exponent = -0.5F * kLog2OfE * x * x;
  const float power = exponent > -126.0F ? exponent : -126.0F;
  const float shifted = power + kRound;
  const float f = power - (shifted - kRound);  // -1/2 ... 1/2
  // 2^f by the series of e^(f ln 2).
  const float fraction =
      1.0F +
      f * (0.693147181F + f * (0.240226507F + f * (0.0555041087F +
                                                   f * (0.00961812911F + f * (0.00133335581F + f * 0.000154035304F)))));
  const std::uint32_t whole = std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(kRound);
  const float exponential = fraction * std::bit_cast<float>((whole + 127U) << 23);
  const float magnitude = x < 0 ? -x : x;
  const float t = 1.0F / (1.0F + 0.3275911F * 0.707106781F * magnitude);
  const float tail = 0.5F * exponential * t *
                     (0.254829592F + t * (-0.284496736F + t * (1.421413741F + t * (-1.453152027F + t * 1.061405429F))));
  return {x < 0 ? tail : 1.0F - tail, 0.398942280F * exponential};
}

[[gnu::always_inline]] inline float gelu(float x) { return x * normal_at(x).below; }
/// gelu's derivative.
[[gnu::always_inline]] inline float gelu_slope(float x) {
  const NormalAt at = normal_at(x);
  return at.below + x * at.density;
}

/// GELU of n values, and its backward pass: `diff_src` = `diff_dst` x slope at `src`.
void gelu_forward(std::size_t n, const float* src, float* dst);
void gelu_forward(std::size_t n, const Bf16* src, Bf16* dst);
void gelu_backward(std::size_t n, const float* src, const float* diff_dst, float* diff_src);
void gelu_backward(std::size_t n, const Bf16* src, const Bf16* diff_dst, Bf16* diff_src);

}  // namespace ersatz::nn
