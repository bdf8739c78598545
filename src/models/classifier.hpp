#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/pixel_transform.hpp"
#include "nn/network_spec.hpp"
#include "nn/tensor.hpp"

namespace ersatz::models {

/// A classifier that can be trained: what it wants to be fed and its layers.
struct Classifier {
  std::string name;   ///< as studies and run ids write it: "lenet"
  std::string title;  ///< as tables and figures write it: "LeNet"
  data::PixelTransform transform;
  nn::NetworkSpec network;
};

/// The names that make_classifier() knows, in the order of the registry.
std::vector<std::string> classifier_names();
/// "lenet" -> "LeNet". Throws Error listing the names there are.
std::string classifier_title(const std::string& name);

/// Builds a classifier for images of `shape` and so many classes. Throws Error listing the names
/// there are when `name` is none of them, or when the images are too small for it.
Classifier make_classifier(const std::string& name, data::ImageShape shape, int classes);

/// Glorot-uniform weights and zero biases (Glorot & Bengio 2010): U(-l, l), l = sqrt(6 / (fan_in + fan_out)).
/// They depend on (seed, parameter name) alone, so two training sets start alike.
nn::NamedTensors initial_weights(const Classifier& classifier, std::uint64_t seed);

/// Layers, output shapes and numbers of parameters as a text table, as Keras's summary() has them.
std::string model_card(const Classifier& classifier);

}  // namespace ersatz::models
