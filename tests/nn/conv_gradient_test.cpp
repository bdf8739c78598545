// The weight gradient's loops against the sum that defines it, in double precision, on the same bf16 numbers.

#include "nn/conv_gradient.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <tuple>
#include <vector>

#include "base/random.hpp"
#include "nn/channel_block.hpp"

namespace ersatz::nn {
namespace {

// [images, blocks, height, width, 16] of numbers that bf16 holds exactly; what fills up the last block is garbage that
// must not matter.
struct Blocked {
  Blocked(const ConvShape& shape, std::int64_t channels, const char* name)
      : height(shape.height), width(shape.width), blocks(block_count(channels)) {
    Random random(11, name);
    floats.resize(static_cast<std::size_t>(shape.images * blocks * height * width * kChannelBlock));
    for (float& value : floats) {
      const std::uint32_t upper_half = std::bit_cast<std::uint32_t>(random.normal()) & 0xffff0000U;
      value = std::bit_cast<float>(upper_half);
      bits.push_back(static_cast<std::uint16_t>(upper_half >> 16));
    }
  }
  const void* data(Precision precision) const {
    return precision == Precision::bf16 ? static_cast<const void*>(bits.data()) : floats.data();
  }
  // 0 outside the image.
  double at(std::int64_t n, std::int64_t c, std::int64_t y, std::int64_t x) const {
    if (y < 0 || x < 0 || y >= height || x >= width) return 0;
    const std::int64_t i =
        (((n * blocks + c / kChannelBlock) * height + y) * width + x) * kChannelBlock + c % kChannelBlock;
    return floats[static_cast<std::size_t>(i)];
  }
  std::int64_t height, width, blocks;
  std::vector<float> floats;
  std::vector<std::uint16_t> bits;
};

class WeightGradient : public ::testing::TestWithParam<std::tuple<ConvShape, Precision>> {
 protected:
  void SetUp() override {
    if (!ConvGradient::possible(engine_isa(), precision, shape)) GTEST_SKIP() << "no such products here";
  }
  ConvShape shape = std::get<0>(GetParam());
  Precision precision = std::get<1>(GetParam());
};

TEST_P(WeightGradient, IsTheSumOverImagesAndPositions) {
  const Blocked src(shape, shape.in_channels, "src"), diff(shape, shape.out_channels, "diff");
  const std::int64_t k = shape.kernel, p = (k - 1) / 2;
  std::vector<float> weights(static_cast<std::size_t>(shape.out_channels * k * k * shape.in_channels), 5.0F);
  std::vector<float> bias(static_cast<std::size_t>(shape.out_channels), 5.0F);
  ConvGradient gradient(shape, precision);
  gradient.run(src.data(precision), diff.data(precision), weights.data(), bias.data());

  const auto tolerance = [&](double size) { return 1e-6 * size + 1e-5; };
  std::size_t i = 0;
  for (std::int64_t o = 0; o < shape.out_channels; ++o) {
    double bias_sum = 0, bias_size = 0;
    for (std::int64_t n = 0; n < shape.images; ++n) {
      for (std::int64_t y = 0; y < shape.height; ++y) {
        for (std::int64_t x = 0; x < shape.width; ++x) {
          bias_sum += diff.at(n, o, y, x);
          bias_size += std::abs(diff.at(n, o, y, x));
        }
      }
    }
    ASSERT_NEAR(bias[static_cast<std::size_t>(o)], bias_sum, tolerance(bias_size)) << "bias " << o;
    for (std::int64_t ky = 0; ky < k; ++ky) {
      for (std::int64_t kx = 0; kx < k; ++kx) {
        for (std::int64_t c = 0; c < shape.in_channels; ++c, ++i) {
          double sum = 0, size = 0;
          for (std::int64_t n = 0; n < shape.images; ++n) {
            for (std::int64_t y = 0; y < shape.height; ++y) {
              for (std::int64_t x = 0; x < shape.width; ++x) {
                const double product = diff.at(n, o, y, x) * src.at(n, c, y + ky - p, x + kx - p);
                sum += product;
                size += std::abs(product);
              }
            }
          }
          ASSERT_NEAR(weights[i], sum, tolerance(size)) << o << ' ' << ky << ' ' << kx << ' ' << c;
        }
      }
    }
  }
}

TEST_P(WeightGradient, RepeatsBitForBit) {
  const Blocked src(shape, shape.in_channels, "src"), diff(shape, shape.out_channels, "diff");
  std::vector<float> weights[2], bias[2];
  ConvGradient gradient(shape, precision);
  for (int i = 0; i < 2; ++i) {
    weights[i].resize(static_cast<std::size_t>(shape.out_channels * shape.kernel * shape.kernel * shape.in_channels));
    bias[i].resize(static_cast<std::size_t>(shape.out_channels));
    gradient.run(src.data(precision), diff.data(precision), weights[i].data(), bias[i].data());
  }
  EXPECT_EQ(weights[0], weights[1]);
  EXPECT_EQ(bias[0], bias[1]);
}

// images, in, out, height, width, kernel: one and several blocks, odd numbers of blocks and of images, groups of
// output channels of every kind, images smaller than the kernel.
std::string case_name(const ::testing::TestParamInfo<std::tuple<ConvShape, Precision>>& test) {
  const auto& [shape, precision] = test.param;
  return fmt::format("n{}ic{}oc{}h{}w{}k{}_{}", shape.images, shape.in_channels, shape.out_channels, shape.height,
                     shape.width, shape.kernel, precision_name(precision));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, WeightGradient,
    ::testing::Combine(::testing::Values(ConvShape{2, 32, 50, 6, 8, 5}, ConvShape{3, 48, 13, 5, 7, 3},
                                         ConvShape{1, 16, 1, 4, 4, 3}, ConvShape{4, 16, 12, 3, 9, 1},
                                         ConvShape{2, 32, 16, 2, 1, 5}, ConvShape{5, 80, 25, 3, 3, 3}),
                       ::testing::Values(Precision::f32, Precision::bf16)),
    case_name);

TEST(WeightGradientChoice, GoesByInstructionSetPrecisionAndShape) {
  const ConvShape whole{64, 32, 50, 16, 16, 5}, cut{64, 3, 32, 32, 32, 3};
  struct Expected {
    Isa isa;
    bool f32, bf16;
  };
  for (const auto& [isa, f32, bf16] :
       {Expected{Isa::sse, false, false}, Expected{Isa::avx2, false, false}, Expected{Isa::avx512, true, false},
        Expected{Isa::avx512_bf16, true, true}, Expected{Isa::amx, true, false}}) {
    SCOPED_TRACE(isa_name(isa));
    EXPECT_EQ(ConvGradient::preferred(isa, Precision::f32, whole), f32);
    EXPECT_EQ(ConvGradient::preferred(isa, Precision::bf16, whole), bf16);
    EXPECT_FALSE(ConvGradient::preferred(isa, Precision::f32, cut));
    EXPECT_FALSE(ConvGradient::preferred(isa, Precision::bf16, cut));
  }
  EXPECT_TRUE(ConvGradient::possible(Isa::amx, Precision::bf16, whole));
}

}  // namespace
}  // namespace ersatz::nn
