#pragma once

#include "models/classifier.hpp"
#include "models/method.hpp"
#include "models/pretrained.hpp"

namespace ersatz::models {

/// A trained classifier from pixels to logits as one network: for those with a backbone, backbone and head together.
/// It computes what training and tests compute from features, but for their rounding where features are bf16.
struct WholeNetwork {
  data::PixelTransform transform;
  nn::NetworkSpec network;
  nn::NamedTensors weights;  ///< of all its layers
  TestViews views = TestViews::plain;
};

/// `weights` are those that were trained, `pretrained` those of the backbone, which has to be given where there is one.
WholeNetwork whole_network(const Classifier& classifier, const nn::NamedTensors& weights,
                           const PretrainedWeights* pretrained);

/// How predictions of the classifier see an image.
TestViews views_of(const Classifier& classifier);

}  // namespace ersatz::models
