#include "models/backbone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/json.hpp"
#include "models/hashed.hpp"
#include "nn/has_precision.hpp"
#include "nn/network.hpp"

namespace ersatz::models {
namespace {

using testing::hashed;
using testing::hashed_product;

nn::NamedTensors hashed_weights(std::string_view backbone) {
  nn::NamedTensors weights;
  std::uint32_t stream = 0;
  for (const nn::ParameterSpec& parameter : backbone_parameters(backbone)) {
    const double limit = parameter.fan_in > 0 ? std::sqrt(6.0 / parameter.fan_in) : 0.1;
    nn::Tensor tensor{parameter.shape, {}};
    for (const double u : hashed(nn::element_count(parameter.shape), stream)) {
      tensor.values.push_back(static_cast<float>((u * 2 - 1) * limit));
    }
    weights.emplace_back(parameter.name, std::move(tensor));
    ++stream;
  }
  return weights;
}

// What `spec` makes of the fixture's images.
std::vector<float> run(const nn::NetworkSpec& spec, nn::Precision precision, int images) {
  static const nn::NamedTensors weights = hashed_weights("vgg16");
  nn::Network network(spec, {images, precision, false});
  network.set_weights(weights);
  const std::vector<double> pixels = hashed(network.input().size(), 900);
  std::transform(pixels.begin(), pixels.end(), network.input().begin(),
                 [](double u) { return static_cast<float>(u * 2 - 1); });
  network.forward();
  return {network.outputs().begin(), network.outputs().end()};
}

double relative_distance(const std::vector<float>& values, const std::vector<double>& reference) {
  EXPECT_EQ(values.size(), reference.size());
  double distance = 0, norm = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    distance += std::pow(values[i] - reference[i], 2);
    norm += reference[i] * reference[i];
  }
  return std::sqrt(distance / norm);
}

class BackboneParity : public ::testing::TestWithParam<int> {
 protected:
  const Json fixture_ = read_json(ERSATZ_SOURCE_DIR "/tests/parity/vgg.json");
  const Json& expected_ = fixture_["blocks"][GetParam() - 1];
  const int images_ = fixture_["images"];
  const Backbone backbone_ = make_backbone("vgg16:block" + std::to_string(GetParam()), {32, 32});
};

TEST_P(BackboneParity, ActivationsAfterTheBlockAreTorchvisions) {
  nn::NetworkSpec unpooled = backbone_.network;
  unpooled.layers.pop_back();
  const std::vector<float> activations = run(unpooled, nn::Precision::f32, images_);
  const Json& expected = expected_["activations"];
  const auto sample = expected["sample"].get<std::vector<double>>();
  const auto stride = expected["stride"].get<std::size_t>();
  for (std::size_t i = 0; i < sample.size(); ++i) {
    EXPECT_NEAR(activations.at(i * stride), sample[i], 1e-5 * expected["largest"].get<double>());
  }
  for (std::uint32_t which = 0; which < 2; ++which) {
    EXPECT_NEAR(hashed_product(activations, static_cast<std::uint32_t>(GetParam()) - 1, which),
                expected["products"][which].get<double>(), 1e-5 * expected["norm"].get<double>());
  }
}

TEST_P(BackboneParity, PooledFeaturesAreTorchvisionsInBothPrecisions) {
  const auto expected = expected_["pooled"].get<std::vector<double>>();
  EXPECT_LT(relative_distance(run(backbone_.network, nn::Precision::f32, images_), expected), 1e-4);
  if (!nn::testing::has_precision(nn::Precision::bf16)) return;
  EXPECT_LT(relative_distance(run(backbone_.network, nn::Precision::bf16, images_), expected), 2e-2);
}

INSTANTIATE_TEST_SUITE_P(Blocks, BackboneParity, ::testing::Range(1, 6));

TEST(Backbone, HasAsManyFeaturesAsItsLastBlockHasChannels) {
  EXPECT_EQ(make_backbone("vgg16", {32, 32}).features, 512);
  EXPECT_EQ(make_backbone("vgg19:block3", {32, 32}).features, 256);
  EXPECT_EQ(nn::output_shapes(make_backbone("vgg16:block2", {48, 64}).network).back(), (nn::Shape{128, 1, 1}));
}

TEST(Backbone, Vgg19HasSixteenConvolutions) {
  EXPECT_EQ(backbone_parameters("vgg16").size(), 2U * 13);
  EXPECT_EQ(backbone_parameters("vgg19").size(), 2U * 16);
  EXPECT_EQ(backbone_parameters("vgg19:block3").size(), 2U * 8);
}

TEST(Backbone, UnknownNamesAndCutsAndSmallImagesAreErrors) {
  for (const char* name : {"vgg11", "vgg16:block0", "vgg16:block6", "vgg16:", "vgg16:conv3", "vgg16:block3x"}) {
    EXPECT_THROW(make_backbone(name, {32, 32}), Error) << name;
  }
  EXPECT_THROW(make_backbone("vgg16", {32, 31}), Error);
  EXPECT_NO_THROW(make_backbone("vgg16:block2", {4, 4}));
}

}  // namespace
}  // namespace ersatz::models
