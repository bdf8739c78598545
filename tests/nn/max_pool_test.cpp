// The pooling loops against their definition, written plainly.

#include "nn/max_pool.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace ersatz::nn {
namespace {

template <typename T>
class MaxPool2x2 : public ::testing::Test {
 protected:
  // Few different values, so that many are equal, and half of them 0, as behind a ReLU.
  static std::vector<T> relu_outputs(std::size_t n) {
    Random random(7, "relu");
    std::vector<T> values(n);
    for (T& value : values) value = static_cast<T>(std::max(0, static_cast<int>(random.below(9)) - 4) * 0x100);
    return values;
  }

  // Any bits, those of negative numbers among them.
  static std::vector<T> any_bits(std::size_t n) {
    Random random(8, "bits");
    std::vector<T> values(n);
    for (T& value : values) value = static_cast<T>(random.below(0xffffffffU));
    return values;
  }

  static std::size_t at(const PoolShape& shape, std::int64_t block, std::int64_t y, std::int64_t x, int c) {
    return static_cast<std::size_t>(((block * shape.height + y) * shape.width + x) * kChannelBlock + c);
  }
};

using Types = ::testing::Types<std::int16_t, std::int32_t>;
TYPED_TEST_SUITE(MaxPool2x2, Types);

TYPED_TEST(MaxPool2x2, IsTheFirstMaximumAndItsGradientThereAlone) {
  for (const PoolShape& shape : {PoolShape{3, 6, 8, 3, 4}, PoolShape{2, 7, 5, 3, 2}, PoolShape{1, 2, 2, 1, 1}}) {
    const auto outputs = static_cast<std::size_t>(shape.blocks * shape.out_height * shape.out_width * kChannelBlock);
    const auto src =
        TestFixture::relu_outputs(static_cast<std::size_t>(shape.blocks * shape.height * shape.width * kChannelBlock));
    const auto diff_dst = TestFixture::any_bits(outputs);
    std::vector<TypeParam> dst(outputs), diff_src(src.size(), TypeParam{77}), wanted_diff(src.size(), TypeParam{77});
    std::vector<std::uint8_t> places(outputs);
    max_pool_forward(shape, src.data(), dst.data(), places.data());
    max_pool_relu_backward(shape, dst.data(), places.data(), diff_dst.data(), diff_src.data());

    std::size_t out = 0;
    for (std::int64_t block = 0; block < shape.blocks; ++block) {
      for (std::int64_t y = 0; y < shape.out_height; ++y) {
        for (std::int64_t x = 0; x < shape.out_width; ++x) {
          for (int c = 0; c < kChannelBlock; ++c, ++out) {
            std::size_t best = TestFixture::at(shape, block, 2 * y, 2 * x, c);
            for (int place = 0; place < 4; ++place) {
              const std::size_t i = TestFixture::at(shape, block, 2 * y + place / 2, 2 * x + place % 2, c);
              if (src[i] > src[best]) best = i;
              wanted_diff[i] = 0;
            }
            ASSERT_EQ(dst[out], src[best]);
            if (src[best] > 0) wanted_diff[best] = diff_dst[out];
          }
        }
      }
    }
    // Rows and columns that fill no window stay as they were.
    EXPECT_EQ(diff_src, wanted_diff);
  }
}

}  // namespace
}  // namespace ersatz::nn
