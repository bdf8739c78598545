#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/half.hpp"

namespace ersatz {
namespace {

// By the definition: sign, 5 bits of exponent, 10 of mantissa (IEEE 754-2008, 3.4).
double value_of(std::uint16_t half) {
  const int exponent = half >> 10 & 31, mantissa = half & 1023;
  const double size = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024.0 + mantissa, exponent - 25);
  return half & 0x8000 ? -size : size;
}
bool is_finite(std::uint16_t half) { return (half >> 10 & 31) != 31; }

TEST(Half, EveryNumberBecomesAFloatAndItselfAgain) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if (is_finite(half)) {
      ASSERT_EQ(half_to_float(half), value_of(half)) << bits;
      ASSERT_EQ(float_to_half(half_to_float(half)), half) << bits;
    } else if ((bits & 1023) != 0) {
      ASSERT_TRUE(std::isnan(half_to_float(half)));
      ASSERT_TRUE(std::isnan(half_to_float(float_to_half(half_to_float(half)))));
    } else {
      ASSERT_TRUE(std::isinf(half_to_float(half)));
      ASSERT_EQ(float_to_half(half_to_float(half)), half);
    }
  }
}

TEST(Half, WhatLiesBetweenTwoGoesToTheNearerAndHalfWayToTheEvenOne) {
  for (unsigned bits = 0; bits + 1 < 0x7c00; ++bits) {
    const auto low = static_cast<std::uint16_t>(bits), high = static_cast<std::uint16_t>(bits + 1);
    const auto middle = static_cast<float>((value_of(low) + value_of(high)) / 2);  // exact
    const std::uint16_t even = bits % 2 == 0 ? low : high;
    ASSERT_EQ(float_to_half(middle), even) << bits;
    ASSERT_EQ(float_to_half(-middle), even | 0x8000) << bits;
    ASSERT_EQ(float_to_half(std::nextafter(middle, 0.0F)), low) << bits;
    ASSERT_EQ(float_to_half(std::nextafter(middle, 1e6F)), high) << bits;
  }
}

TEST(Half, WhatIsTooLargeIsInfinite) {
  EXPECT_EQ(float_to_half(65504), 0x7bff);
  EXPECT_EQ(float_to_half(std::nextafter(65520.0F, 0.0F)), 0x7bff);
  EXPECT_EQ(float_to_half(65520), 0x7c00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::max()), 0x7c00);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::infinity()), 0xfc00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::denorm_min()), 0);
}

}  // namespace
}  // namespace ersatz
