#pragma once

#include <string>
#include <vector>

#include "models/classifier.hpp"
#include "nn/network.hpp"

namespace ersatz::train {

/// What the pieces of a training step, or of the features of a batch, take on one thread.
struct LayerTimes {
  std::vector<nn::StepTime> steps;  ///< in the order in which they run
  double seconds() const;           ///< of a whole batch
  double flops() const;             ///< nominal
};

/// A training step: assembling the batch (random pixels, or features as they come), forward, loss, backward, update.
/// Times are medians over `repetitions`.
LayerTimes time_training(const models::Classifier& classifier, int batch, nn::Precision precision, int repetitions);

/// The features of a batch of random images. `transform` is how the pretrained weights want their pixels.
LayerTimes time_features(const models::Backbone& backbone, data::ImageShape shape, int batch, nn::Precision precision,
                         int repetitions);

}  // namespace ersatz::train
