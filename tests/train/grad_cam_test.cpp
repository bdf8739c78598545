// Grad-CAM against PyTorch: tests/parity/make_grad_cam_fixture.py made the expected maps.

#include "train/grad_cam.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "base/json.hpp"
#include "models/hashed.hpp"

namespace ersatz::train {
namespace {

using ersatz::testing::hashed;
using nn::BatchNorm;
using nn::Conv2d;
using nn::Dense;
using nn::Padding;

const nn::NetworkSpec kLenet{{3, 20, 16},
                             {Conv2d{.name = "conv1", .out_channels = 8, .kernel = 3, .relu = true}, nn::MaxPool{2},
                              Conv2d{.name = "conv2", .out_channels = 10, .kernel = 5, .relu = true}, nn::MaxPool{2},
                              nn::Flatten{}, Dense{"fc1", 16, true}, Dense{"fc2", 10}}};
const nn::NetworkSpec kConvnet{
    {3, 12, 12},
    {Conv2d{.name = "whiten", .out_channels = 24, .kernel = 2, .padding = Padding::none, .frozen = true}, nn::Gelu{},
     Conv2d{.name = "conv1", .out_channels = 16, .kernel = 3, .bias = false}, nn::MaxPool{2},
     BatchNorm{.name = "norm1", .momentum = 0.4, .epsilon = 1e-12, .gelu = true},
     Conv2d{.name = "conv2", .out_channels = 16, .kernel = 3, .bias = false},
     BatchNorm{.name = "norm2", .momentum = 0.4, .epsilon = 1e-12, .gelu = true}, nn::GlobalMaxPool{}, nn::Flatten{},
     Dense{"fc", 10, false, false}, nn::Scale{1.0 / 9}}};

// As set_weights() of make_convnet_fixture.py has them.
nn::NamedTensors fixture_weights(const nn::NetworkSpec& spec) {
  nn::NamedTensors weights;
  std::uint32_t stream = 0;
  for (const nn::ParameterSpec& parameter : nn::parameter_specs(spec)) {
    const auto count = nn::element_count(parameter.shape);
    const double fan_in = parameter.fan_in > 0 ? parameter.fan_in : 10000;
    nn::Tensor tensor{parameter.shape, {}};
    for (const double u : hashed(count, stream)) {
      tensor.values.push_back(static_cast<float>((u * 2 - 1) * std::sqrt(3 / fan_in)));
    }
    if (parameter.role == nn::Role::running_mean) tensor.values.assign(count, 0.0F);
    if (parameter.role == nn::Role::running_var) tensor.values.assign(count, 1.0F);
    weights.emplace_back(parameter.name, std::move(tensor));
    ++stream;
  }
  return weights;
}

void expect_maps(const nn::NetworkSpec& spec, const Json& expected) {
  GradCam grad_cam({{}, spec, fixture_weights(spec)});
  ASSERT_FALSE(expected.empty());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(i);
    std::vector<float> image;
    for (const double value : hashed(spec.input.size(), 1300 + static_cast<std::uint32_t>(i))) {
      image.push_back(static_cast<float>(value));
    }
    const GradCam::Map map = grad_cam.explain(image, expected[i]["target"].get<int>());
    EXPECT_FALSE(map.flat);
    const auto values = expected[i]["map"].get<std::vector<double>>();
    ASSERT_EQ(map.values.size(), values.size());
    for (std::size_t k = 0; k < values.size(); ++k) EXPECT_NEAR(map.values[k], values[k], 1e-4) << k;
    const auto probabilities = expected[i]["probabilities"].get<std::vector<double>>();
    ASSERT_EQ(map.probabilities.size(), probabilities.size());
    for (std::size_t k = 0; k < probabilities.size(); ++k) EXPECT_NEAR(map.probabilities[k], probabilities[k], 1e-5);
  }
}

TEST(GradCam, MapsOfLenetsLayersArePytorchs) {
  expect_maps(kLenet, read_json(ERSATZ_SOURCE_DIR "/tests/parity/grad_cam.json")["lenet"]);
}

TEST(GradCam, MapsOfConvnetsLayersArePytorchs) {
  expect_maps(kConvnet, read_json(ERSATZ_SOURCE_DIR "/tests/parity/grad_cam.json")["convnet"]);
}

TEST(GradCam, WithoutATargetItExplainsWhatTheImageIsTakenFor) {
  GradCam grad_cam({{}, kLenet, fixture_weights(kLenet)});
  const std::vector<float> image(kLenet.input.size(), 0.5F);
  const GradCam::Map map = grad_cam.explain(image);
  EXPECT_EQ(map.target, std::ranges::max_element(map.probabilities) - map.probabilities.begin());
  EXPECT_EQ(map.values, grad_cam.explain(image, map.target).values);
}

TEST(GradCam, AMapOfNothingIsFlat) {
  nn::NamedTensors weights = fixture_weights(kLenet);
  for (auto& [name, tensor] : weights) {
    if (name.starts_with("conv2")) tensor.values.assign(tensor.values.size(), 0.0F);
  }
  const GradCam::Map map = GradCam({{}, kLenet, weights}).explain(std::vector<float>(kLenet.input.size(), 0.5F));
  EXPECT_TRUE(map.flat);
  for (const float value : map.values) EXPECT_EQ(value, 0);
}

TEST(GradCam, NeedsAConvolution) {
  const nn::NetworkSpec dense{{1, 4, 4}, {nn::Flatten{}, Dense{"fc", 3}}};
  EXPECT_THROW(GradCam({{}, dense, fixture_weights(dense)}), Error);
}

TEST(EnlargeBilinear, KeepsTheCornersAndAverages) {
  EXPECT_EQ(enlarge_bilinear(std::vector<float>{0, 1}, {1, 2}, {1, 4}), (std::vector<float>{0, 0.25F, 0.75F, 1}));
  EXPECT_EQ(enlarge_bilinear(std::vector<float>{0.5F}, {1, 1}, {2, 2}), std::vector<float>(4, 0.5F));
}

}  // namespace
}  // namespace ersatz::train
