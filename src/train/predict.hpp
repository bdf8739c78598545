#pragma once

#include "base/npy.hpp"
#include "data/batch_source.hpp"
#include "models/classifier.hpp"
#include "models/method.hpp"
#include "nn/tensor.hpp"

namespace ersatz::train {

/// Images of one forward pass of predict().
inline constexpr int kTestBatch = 100;

/// Class probabilities [n, classes], computed in f32 from `weights`. With views other than plain the logits are
/// averaged over copies of each image (test_views.hpp). Throws Stopped when a stop is requested.
Matrix predict(const models::Classifier& classifier, models::TestViews views, const nn::NamedTensors& weights,
               const data::BatchSource& examples);

}  // namespace ersatz::train
