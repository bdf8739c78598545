// What the last dense layer of a network reads.

#include "train/penultimate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/batch_source.hpp"
#include "data/make_store.hpp"
#include "models/classifier.hpp"
#include "train/predict.hpp"

namespace ersatz::train {
namespace {

constexpr data::ImageShape kShape{16, 16};

std::vector<std::vector<std::uint8_t>> noise(std::size_t n) {
  std::vector<std::vector<std::uint8_t>> images;
  for (std::size_t i = 0; i < n; ++i) {
    Random random(1, "penultimate", 0, i);
    auto& image = images.emplace_back(kShape.bytes());
    for (std::uint8_t& value : image) value = static_cast<std::uint8_t>(random.below(256));
  }
  return images;
}

// The last layer by hand, then softmax: what predict() says.
TEST(Penultimate, TheLastLayerMakesPredictionsOfThem) {
  const testing::MadeStore made("photos", kShape, noise(230));
  const models::Classifier classifier = models::make_classifier("lenet", kShape, 3);
  nn::NamedTensors weights = models::initial_weights(classifier, 1);
  const data::PixelSource source(data::select_all(made.store()), classifier.transform);
  const Matrix features = penultimate_features(classifier.network, weights, source);
  ASSERT_EQ(features.columns, 128U);
  const Matrix probabilities = predict(classifier, models::TestViews::plain, weights, source);
  // The last dense layer's weights and bias: [3, 128] and [3].
  const nn::Tensor *matrix = nullptr, *bias = nullptr;
  for (const auto& [name, tensor] : weights) (name.ends_with(".bias") ? bias : matrix) = &tensor;
  ASSERT_EQ(matrix->values.size(), 3U * 128);
  for (std::size_t i = 0; i < features.rows; i += 17) {
    double logits[3] = {}, sum = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      logits[k] = bias->values[k];
      for (std::size_t j = 0; j < 128; ++j) logits[k] += features.row(i)[j] * matrix->values[k * 128 + j];
      sum += std::exp(logits[k]);
    }
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(std::exp(logits[k]) / sum, probabilities.row(i)[k], 1e-5);
  }
}

TEST(Penultimate, AreTheSameBitsForAnyNumberOfThreads) {
  const testing::MadeStore made("photos", kShape, noise(430));
  const models::Classifier classifier = models::make_classifier("lenet", kShape, 3);
  const nn::NamedTensors weights = models::initial_weights(classifier, 1);
  const data::PixelSource source(data::select_all(made.store()), classifier.transform);
  EXPECT_EQ(penultimate_features(classifier.network, weights, source, 1).values,
            penultimate_features(classifier.network, weights, source, 3).values);
}

TEST(Penultimate, ANetworkWithoutADenseLayerHasNone) { EXPECT_THROW(feature_layers({{3, 8, 8}, {nn::Gelu{}}}), Error); }

}  // namespace
}  // namespace ersatz::train
