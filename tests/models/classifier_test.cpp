#include "models/classifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace ersatz::models {
namespace {

std::size_t parameter_count(const Classifier& classifier) {
  std::size_t total = 0;
  for (const auto& [name, tensor] : initial_weights(classifier, 1)) total += tensor.values.size();
  return total;
}

TEST(Classifier, HasTheSeedStudysNumberOfParameters) {
  // 1024*128+128 + 128*10+10; 3*3*3*32+32 + 5*5*32*50+50 + 3200*128+128 + 1290
  EXPECT_EQ(parameter_count(make_classifier("nn", {32, 32}, 10)), 132490U);
  EXPECT_EQ(parameter_count(make_classifier("nn-rgb", {32, 32}, 10)), 394634U);
  EXPECT_EQ(parameter_count(make_classifier("lenet", {32, 32}, 10)), 451964U);
}

// 3*3*3*32+32 + 3*3*32*32+32 + 2048*64+64 + 64+1, as the paper's network is restated.
TEST(Classifier, CifakeCnnHasThePapersNumberOfParametersAndOneNumberForTwoClasses) {
  EXPECT_EQ(parameter_count(make_classifier("cifake-cnn", {32, 32}, 2)), 141345U);
  EXPECT_EQ(nn::output_shapes(make_classifier("cifake-cnn", {32, 32}, 2).network).back(), (nn::Shape{2, 1, 1}));
  EXPECT_EQ(parameter_count(make_classifier("cifake-cnn", {32, 32}, 3)), 141345U + 2 * 65);
}

TEST(Classifier, FollowsImageSizeAndClasses) {
  const Classifier classifier = make_classifier("lenet", {48, 64}, 3);
  EXPECT_EQ(nn::output_shapes(classifier.network).back(), (nn::Shape{3, 1, 1}));
  const nn::NamedTensors weights = initial_weights(classifier, 1);
  EXPECT_EQ(nn::find_tensor(weights, "fc1.weight").shape, (std::vector<std::int64_t>{128, 50 * 12 * 16}));
}

TEST(Classifier, WithABackboneReadsItsFeatures) {
  EXPECT_EQ(make_classifier("vgg16", {32, 32}, 10).network.input, (nn::Shape{512, 1, 1}));
  const Classifier cut = make_classifier("vgg19:block3", {32, 32}, 10);
  EXPECT_EQ(cut.network.input, (nn::Shape{256, 1, 1}));
  EXPECT_EQ(cut.title, "VGG19, first three blocks");
  EXPECT_EQ(parameter_count(cut), 256U * 128 + 128 + 128 * 10 + 10);  // the head alone is trained
  EXPECT_TRUE(is_classifier("vgg16:block2"));
  for (const char* name : {"vgg16:block9", "lenet:block1", "vgg11", ""}) EXPECT_FALSE(is_classifier(name)) << name;
}

TEST(Classifier, UnknownNameListsTheNamesThereAre) {
  try {
    make_classifier("resnet", {32, 32}, 10);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("resnet"));
    EXPECT_THAT(error.hint(), ::testing::HasSubstr("lenet"));
  }
}

TEST(Classifier, ImagesTooSmallForItsPoolsAreAnError) { EXPECT_THROW(make_classifier("lenet", {3, 3}, 10), Error); }

TEST(InitialWeights, AreGlorotUniform) {
  const nn::NamedTensors weights = initial_weights(make_classifier("lenet", {32, 32}, 10), 7);
  const auto& values = nn::find_tensor(weights, "fc1.weight").values;
  const double limit = std::sqrt(6.0 / (3200 + 128));
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  EXPECT_GE(*low, -limit * 1.0001);
  EXPECT_LE(*high, limit * 1.0001);
  double mean = 0, square = 0;
  for (const float value : values) {
    mean += value / static_cast<double>(values.size());
    square += value * static_cast<double>(value) / static_cast<double>(values.size());
  }
  EXPECT_NEAR(mean, 0, limit * 0.01);
  EXPECT_NEAR(square, limit * limit / 3, limit * limit * 0.01);
  EXPECT_THAT(nn::find_tensor(weights, "conv1.bias").values, ::testing::Each(0.0F));
}

TEST(InitialWeights, DependOnTheSeed) {
  const Classifier classifier = make_classifier("nn", {32, 32}, 10);
  EXPECT_EQ(initial_weights(classifier, 1)[0].second.values, initial_weights(classifier, 1)[0].second.values);
  EXPECT_NE(initial_weights(classifier, 1)[0].second.values, initial_weights(classifier, 2)[0].second.values);
}

TEST(ModelCard, NamesEveryLayerAndTheTotal) {
  const std::string card = model_card(make_classifier("lenet", {32, 32}, 10));
  for (const char* part :
       {"conv1 (conv 3x3, same, relu)", "conv2", "max pool 2x2", "[50, 8, 8]", "fc2 (dense)", "451,964"}) {
    EXPECT_THAT(card, ::testing::HasSubstr(part));
  }
}

TEST(ModelCard, CountsFrozenAndTrainedParametersApart) {
  const std::string card = model_card(make_classifier("vgg16", {32, 32}, 10), "weights.h5");
  for (const char* part : {"block5_conv3", "14,714,688", "66,954", "14,781,642", "weights.h5", "global average pool"}) {
    EXPECT_THAT(card, ::testing::HasSubstr(part));
  }
}

}  // namespace
}  // namespace ersatz::models
