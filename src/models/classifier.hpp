#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/pixel_transform.hpp"
#include "models/backbone.hpp"
#include "nn/network_spec.hpp"
#include "nn/tensor.hpp"

namespace ersatz::models {

/// A classifier that can be trained: what it wants to be fed and its layers. With a backbone, the
/// layers are a head that reads the backbone's features, and the backbone's weights file decides
/// how pixels become numbers; without one they read pixels as `transform` has them.
struct Classifier {
  std::string name;   ///< as studies and run ids write it: "lenet", "vgg16:block3"
  std::string title;  ///< as tables and figures write it: "LeNet", "VGG16 (block 3)"
  std::optional<Backbone> backbone;
  data::PixelTransform transform;
  nn::NetworkSpec network;  ///< what is trained
};

/// The names that make_classifier() knows, in the order of the registry. Names of backbones may be
/// cut: "vgg16:block3".
std::vector<std::string> classifier_names();
/// Whether make_classifier() knows the name.
bool is_classifier(const std::string& name);
/// "lenet" -> "LeNet". Throws Error listing the names there are.
std::string classifier_title(const std::string& name);

/// Builds a classifier for images of `shape` and so many classes. Throws Error listing the names
/// there are when `name` is none of them, or when the images are too small for it.
Classifier make_classifier(const std::string& name, data::ImageShape shape, int classes);

/// Glorot-uniform weights and zero biases (Glorot & Bengio 2010): U(-l, l), l = sqrt(6 / (fan_in + fan_out)).
/// They depend on (seed, parameter name) alone, so two training sets start alike.
nn::NamedTensors initial_weights(const nn::NetworkSpec& network, std::uint64_t seed);
nn::NamedTensors initial_weights(const Classifier& classifier, std::uint64_t seed);

/// Layers, output shapes and numbers of parameters as a text table, as Keras's summary() has them.
/// `weights_note` says which pretrained weights a backbone has.
std::string model_card(const Classifier& classifier, const std::string& weights_note = {});

}  // namespace ersatz::models
