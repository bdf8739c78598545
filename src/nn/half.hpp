#pragma once

#include <bit>
#include <cstdint>

namespace ersatz::nn {

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

}  // namespace ersatz::nn
