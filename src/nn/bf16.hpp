#pragma once

#include <bit>
#include <cstdint>

namespace ersatz::nn {

// Loops of our own read and write activations as float or as bf16, the upper half of a float's bits.

using Bf16 = std::uint16_t;

[[gnu::always_inline]] inline float to_float(float value) { return value; }
[[gnu::always_inline]] inline float to_float(Bf16 bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// Writes the value, to bf16 as the nearest one with ties to even, which is what oneDNN and the processor do.
[[gnu::always_inline]] inline void store(float value, float& to) { to = value; }
[[gnu::always_inline]] inline void store(float value, Bf16& to) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t rounded = (bits + 0x7fffU + (bits >> 16 & 1U)) >> 16;
  to = static_cast<Bf16>(value != value ? bits >> 16 | 0x40U : rounded);
}

}  // namespace ersatz::nn
