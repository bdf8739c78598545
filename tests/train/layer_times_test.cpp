#include "train/layer_times.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ersatz::train {
namespace {

constexpr data::ImageShape kShape{32, 32};

// Multiplications of LeNet at 32x32, by hand: conv1 3x3x3 -> 32, conv2 5x5x32 -> 50 at 16x16, fc1 3200 -> 128, fc2.
constexpr double kConv1 = 27.0 * 32 * 1024, kConv2 = 800.0 * 50 * 256, kFc1 = 3200.0 * 128, kFc2 = 1280;

TEST(LayerTimes, CountTwoFlopsPerMultiplicationInEveryDirection) {
  const models::Classifier lenet = models::make_classifier("lenet", kShape, 10);
  for (const nn::Precision precision : {nn::Precision::f32, nn::automatic_precision()}) {
    const LayerTimes times = time_training(lenet, 2, precision, 1);
    // The images have no gradient: conv1 has no third pass.
    EXPECT_EQ(times.flops(), 2 * 2 * (2 * kConv1 + 3 * (kConv2 + kFc1 + kFc2)));
    for (const char* name : {"assemble batch", "conv2 backward weights", "loss", "update weights"}) {
      EXPECT_EQ(std::ranges::count(times.steps, name, &nn::StepTime::name), 1) << name;
    }
  }
}

TEST(LayerTimes, OfFeaturesCountNominalFlopsWhereFewerAreDone) {
  const models::Backbone vgg = models::make_backbone("vgg16", kShape);
  double multiplications = 0;
  const int sides[] = {32, 32, 16, 16, 8, 8, 8, 4, 4, 4, 2, 2, 2};
  int layer = 0;
  for (const nn::ParameterSpec& parameter : nn::parameter_specs(vgg.network)) {
    if (parameter.shape.size() != 4) continue;
    multiplications += static_cast<double>(nn::element_count(parameter.shape)) * sides[layer] * sides[layer];
    ++layer;
  }
  ASSERT_EQ(layer, 13);
  EXPECT_EQ(time_features(vgg, kShape, 1, nn::Precision::f32, 1).flops(), 2 * multiplications);
}

}  // namespace
}  // namespace ersatz::train
