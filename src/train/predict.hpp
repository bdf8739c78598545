#pragma once

#include "base/npy.hpp"
#include "data/batch_source.hpp"
#include "models/classifier.hpp"
#include "models/method.hpp"
#include "nn/network.hpp"
#include "nn/tensor.hpp"

namespace ersatz::train {

/// Images of one forward pass of predict().
inline constexpr int kTestBatch = 100;

/// A trained network that predicts, in f32. With views other than plain the logits are averaged over copies of each
/// image (test_views.hpp).
class Predictor {
 public:
  /// `batch`: examples of one forward pass.
  Predictor(const nn::NetworkSpec& network, models::TestViews views, const nn::NamedTensors& weights,
            int batch = kTestBatch);

  /// Class probabilities [n, classes]. Throws Stopped when a stop is requested.
  Matrix predict(const data::BatchSource& examples);

 private:
  nn::Shape input_;
  models::TestViews views_;
  nn::Network network_;
};

/// The same with a classifier's own layers: examples are pixels, or the features of its backbone.
Matrix predict(const models::Classifier& classifier, models::TestViews views, const nn::NamedTensors& weights,
               const data::BatchSource& examples);

}  // namespace ersatz::train
