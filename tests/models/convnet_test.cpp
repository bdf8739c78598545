#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "models/classifier.hpp"
#include "models/whitening.hpp"

namespace ersatz::models {
namespace {

TEST(Convnet, HasAirbench94sLayersAndParameters) {
  const Classifier convnet = make_classifier("convnet", {32, 32}, 10);
  std::size_t trained = 0;
  for (const nn::ParameterSpec& parameter : nn::parameter_specs(convnet.network)) {
    if (parameter.trained) trained += nn::element_count(parameter.shape);
  }
  // The whitening layer's biases; convolutions; a bias per channel of each normalisation; the dense layer.
  const std::size_t convolutions = 9 * (24 * 64 + 64 * 64 + 64 * 256 + 3 * 256 * 256);
  EXPECT_EQ(trained, 24 + convolutions + 2 * (64 + 256 + 256) + 2560);
  const std::vector<nn::Shape> shapes = nn::output_shapes(convnet.network);
  EXPECT_EQ(shapes[0], (nn::Shape{24, 31, 31}));
  EXPECT_EQ(shapes[shapes.size() - 5], (nn::Shape{256, 3, 3}));
  EXPECT_EQ(shapes.back(), (nn::Shape{10, 1, 1}));
  EXPECT_THAT(model_card(convnet), ::testing::HasSubstr("1,971,352"));
}

TEST(Convnet, WidthScalesChannelsInSixteens) {
  const auto channels = [](const char* name) {
    return nn::output_shapes(make_classifier(name, {32, 32}, 10).network)[6].channels;
  };
  EXPECT_EQ(channels("convnet"), 64);
  EXPECT_EQ(channels("convnet:0.25"), 16);
  EXPECT_EQ(channels("convnet:0.01"), 16);
  EXPECT_EQ(channels("convnet:1.3"), 80);
  EXPECT_EQ(make_classifier("convnet:0.25", {32, 32}, 10).title, "ConvNet (width 0.25)");
  EXPECT_TRUE(is_classifier("convnet:4"));
  for (const char* name : {"convnet:0", "convnet:-1", "convnet:4.1", "convnet:", "convnet:x", "convnet:0.250"}) {
    EXPECT_FALSE(is_classifier(name)) << name;
    EXPECT_THROW(make_classifier(name, {32, 32}, 10), Error) << name;
  }
}

TEST(Convnet, ReadsImagesOfOtherSizes) {
  EXPECT_EQ(nn::output_shapes(make_classifier("convnet:0.25", {64, 48}, 7).network).back(), (nn::Shape{7, 1, 1}));
  EXPECT_THROW(make_classifier("convnet", {8, 8}, 10), Error);
}

TEST(Convnet, StartsAsAPartialIdentity) {
  const Classifier convnet = make_classifier("convnet", {32, 32}, 10);
  const nn::NamedTensors weights = initial_weights(convnet, 1);
  const nn::Tensor& conv = nn::find_tensor(weights, "block1_conv1.weight");  // [64, 24, 3, 3]
  for (std::size_t o = 0; o < 24; ++o) {
    for (std::size_t k = 0; k < 24 * 9; ++k) {
      EXPECT_EQ(conv.values[o * 24 * 9 + k], k == o * 9 + 4 ? 1.0F : 0.0F);
    }
  }
  const float limit = 1 / std::sqrt(24.0F * 9);
  double square = 0;
  for (std::size_t k = 24 * 24 * 9; k < conv.values.size(); ++k) {
    EXPECT_LE(std::abs(conv.values[k]), limit * 1.0001F);
    square += std::pow(conv.values[k], 2) / static_cast<double>(conv.values.size() - 24 * 24 * 9);
  }
  EXPECT_NEAR(square, limit * limit / 3, 0.03 * limit * limit);
  EXPECT_THAT(nn::find_tensor(weights, "block1_norm1.running_var").values, ::testing::Each(1.0F));
  EXPECT_THAT(nn::find_tensor(weights, "block1_norm1.bias").values, ::testing::Each(0.0F));
}

TEST(Whitening, OutputsAreUncorrelatedWithDeviationOneAndComeWithBothSigns) {
  const nn::Shape shape{3, 9, 8};
  constexpr std::size_t kImages = 200;
  std::vector<float> images(kImages * shape.size());
  Random random(1, "images");
  // Neighbours and channels that have much in common, as in photographs.
  for (std::size_t i = 0; i < kImages; ++i) {
    const float level = random.normal();
    for (std::size_t k = 0; k < shape.size(); ++k) images[i * shape.size() + k] = level + 0.3F * random.normal();
  }
  const nn::Tensor weights = whitening_weights(images, shape, 2, 0);
  ASSERT_EQ(weights.shape, (std::vector<std::int64_t>{24, 3, 2, 2}));
  for (std::size_t k = 0; k < 144; ++k) EXPECT_EQ(weights.values[144 + k], -weights.values[k]);
  std::vector<double> products(144);
  double patches = 0;
  for (std::size_t i = 0; i < kImages; ++i) {
    for (int y = 0; y + 2 <= shape.height; ++y) {
      for (int x = 0; x + 2 <= shape.width; ++x, ++patches) {
        double out[12] = {};
        for (int o = 0; o < 12; ++o) {
          for (int k = 0; k < 12; ++k) {
            const int c = k / 4, ky = k / 2 % 2, kx = k % 2;
            out[o] += weights.values[o * 12 + k] *
                      images[i * shape.size() + (c * shape.height + y + ky) * shape.width + x + kx];
          }
        }
        for (int a = 0; a < 12; ++a) {
          for (int b = 0; b < 12; ++b) products[a * 12 + b] += out[a] * out[b];
        }
      }
    }
  }
  for (int a = 0; a < 12; ++a) {
    for (int b = 0; b < 12; ++b) EXPECT_NEAR(products[a * 12 + b] / patches, a == b ? 1 : 0, 1e-3);
  }
}

}  // namespace
}  // namespace ersatz::models
