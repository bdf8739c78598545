#include "models/whole_network.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace ersatz::models {

TestViews views_of(const Classifier& classifier) {
  // However many images a method trains on, it tests alike.
  return classifier.method ? classifier.method->resolve(1, std::nullopt, std::nullopt).views : TestViews::plain;
}

WholeNetwork whole_network(const Classifier& classifier, const nn::NamedTensors& weights,
                           const PretrainedWeights* pretrained) {
  WholeNetwork whole{classifier.transform, classifier.network, weights, views_of(classifier)};
  if (!classifier.backbone) return whole;
  if (pretrained == nullptr) throw Error(fmt::format("{} needs its pretrained weights", classifier.title));
  whole.transform = pretrained->transform;
  whole.network = classifier.backbone->network;
  const auto& head = classifier.network.layers;
  whole.network.layers.insert(whole.network.layers.end(), head.begin(), head.end());
  whole.weights.insert(whole.weights.end(), pretrained->tensors.begin(), pretrained->tensors.end());
  return whole;
}

}  // namespace ersatz::models
