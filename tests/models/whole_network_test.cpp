#include "models/whole_network.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/hashed.hpp"
#include "nn/network.hpp"

namespace ersatz::models {
namespace {

std::vector<float> forward(const nn::NetworkSpec& spec, const nn::NamedTensors& weights, std::span<const float> input) {
  nn::Network network(spec, {1, nn::Precision::f32, false});
  network.set_weights(weights);
  std::ranges::copy(input, network.input().begin());
  network.forward();
  return {network.outputs().begin(), network.outputs().end()};
}

TEST(WholeNetwork, ComputesWhatTheHeadDoesOfTheBackbonesFeatures) {
  const Classifier classifier = make_classifier("vgg16:block2", {8, 8}, 5);
  const nn::NamedTensors head = initial_weights(classifier, 1);
  PretrainedWeights pretrained;
  pretrained.tensors = initial_weights(classifier.backbone->network, 2);
  pretrained.transform = {data::Channels::bgr, 1.0F, {103.939F, 116.779F, 123.68F}, {1, 1, 1}};
  const WholeNetwork whole = whole_network(classifier, head, &pretrained);
  EXPECT_EQ(whole.transform.channels, data::Channels::bgr);
  EXPECT_EQ(whole.transform.mean, pretrained.transform.mean);
  EXPECT_EQ(whole.views, TestViews::plain);
  std::vector<float> image;
  for (const double value : testing::hashed(whole.network.input.size(), 7)) {
    image.push_back(static_cast<float>(255 * value - 128));
  }
  const auto features = forward(classifier.backbone->network, pretrained.tensors, image);
  const auto expected = forward(classifier.network, head, features);
  const auto logits = forward(whole.network, whole.weights, image);
  ASSERT_EQ(logits.size(), 5U);
  float largest = 0;
  for (const float value : expected) largest = std::max(largest, std::abs(value));
  EXPECT_GT(largest, 0);
  for (std::size_t i = 0; i < logits.size(); ++i) EXPECT_NEAR(logits[i], expected[i], 1e-5F * largest);
}

TEST(WholeNetwork, WithABackboneNeedsItsWeights) {
  const Classifier classifier = make_classifier("vgg16:block1", {8, 8}, 2);
  EXPECT_THROW(whole_network(classifier, initial_weights(classifier, 1), nullptr), Error);
}

TEST(WholeNetwork, OfOneWithoutBackboneIsItself) {
  const Classifier classifier = make_classifier("convnet:0.25", {16, 16}, 3);
  const WholeNetwork whole = whole_network(classifier, initial_weights(classifier, 1), nullptr);
  EXPECT_EQ(whole.network.layers.size(), classifier.network.layers.size());
  EXPECT_EQ(whole.transform.deviation, classifier.transform.deviation);
  EXPECT_EQ(whole.views, TestViews::mirrored_and_moved);
}

}  // namespace
}  // namespace ersatz::models
