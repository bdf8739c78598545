#pragma once

#include <bit>
#include <cstdint>

namespace ersatz {

/// The value of IEEE 754 binary16 bits, exactly.
inline float half_to_float(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000U) << 16;
  const std::uint32_t exponent = bits >> 10 & 0x1fU;
  const std::uint32_t mantissa = bits & 0x3ffU;
  if (exponent == 0) {  // zero and subnormal numbers: multiples of 2^-24
    const float value = static_cast<float>(mantissa) * 0x1p-24F;
    return sign == 0 ? value : -value;
  }
  const std::uint32_t wide = exponent == 31 ? 0xffU : exponent + 112;  // infinity and NaN stay what they are
  return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

/// The binary16 bits nearest to `value`; of two that are equally near the even one. NaN stays NaN.
inline std::uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000U, size = bits & 0x7fffffffU;
  std::uint32_t half = 0;
  if (size > 0x7f800000U) {
    half = 0x7e00U;
  } else if (size >= 0x477ff000U) {  // 65520: half way from the largest number to the one that would come next
    half = 0x7c00U;
  } else if (size < 0x38800000U) {
    // Below 2^-14 all are multiples of 2^-24, as floats from .5 on are: the sum is rounded where it should be.
    half = std::bit_cast<std::uint32_t>(std::bit_cast<float>(size) + 0.5F) - std::bit_cast<std::uint32_t>(0.5F);
  } else {
    half = (size - 0x38000000U + 0xfffU + (size >> 13 & 1U)) >> 13;
  }
  return static_cast<std::uint16_t>(sign | half);
}

}  // namespace ersatz
