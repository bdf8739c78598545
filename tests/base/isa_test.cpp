#include "base/isa.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"
#include "base/vectorised.hpp"

namespace ersatz {
namespace {

using ::testing::HasSubstr;

TEST(IsaLimit, IsOneOfFourNames) {
  EXPECT_EQ(parse_isa_limit("sse"), Isa::sse);
  EXPECT_EQ(parse_isa_limit("avx2"), Isa::avx2);
  EXPECT_EQ(parse_isa_limit("avx512"), Isa::avx512);
  EXPECT_EQ(parse_isa_limit("avx512_bf16"), Isa::avx512_bf16);
}

TEST(IsaLimit, RefusesOtherValuesAndListsItsOwn) {
  for (const char* value : {"amx", "AVX2", "avx", "avx512_", " "}) {
    try {
      parse_isa_limit(value);
      ADD_FAILURE() << value;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(std::string("ERSATZ_MAX_ISA is \"") + value + "\""));
      EXPECT_THAT(error.hint(), HasSubstr("sse, avx2, avx512 and avx512_bf16"));
    }
  }
}

TEST(LoopIsa, IsTheLowerOfProcessorAndLimit) {
  EXPECT_LE(loop_isa(), processor_isa());
  EXPECT_EQ(loop_isa(), isa_limit() && *isa_limit() < processor_isa() ? *isa_limit() : processor_isa());
}

[[gnu::always_inline]] inline float sum_products(const float* a, const std::vector<float>& b, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

TEST(Vectorised, CallsTheLoopWithItsArgumentsAndReturnsWhatItDoes) {
  float a[37];
  std::vector<float> b;
  float expected = 0;
  for (int i = 0; i < 37; ++i) {
    a[i] = static_cast<float>(i);
    b.push_back(static_cast<float>(i % 5));
    expected += a[i] * b.back();  // whole numbers: exact in any order
  }
  EXPECT_EQ(vectorised<sum_products>(a, b, b.size()), expected);
}

}  // namespace
}  // namespace ersatz
