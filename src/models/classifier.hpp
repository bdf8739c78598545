#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/pixel_transform.hpp"
#include "models/backbone.hpp"
#include "models/method.hpp"
#include "nn/network_spec.hpp"
#include "nn/tensor.hpp"

namespace ersatz::models {

/// What weights are drawn from before training; biases are zero. In all cases they depend on (seed, parameter name)
/// alone, so two training sets start alike.
enum class Start {
  glorot,            ///< U(-l, l), l = sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010)
  partial_identity,  ///< PyTorch's U(-l, l), l = 1 / sqrt(fan_in); a convolution's first filters copy its inputs
};

/// A classifier that can be trained: what it wants to be fed and its layers. With a backbone, the
/// layers are a head that reads the backbone's features, and the backbone's weights file decides
/// how pixels become numbers; without one they read pixels as `transform` has them.
struct Classifier {
  std::string name;   ///< as studies and run ids write it: "lenet", "vgg16:block3"
  std::string title;  ///< as tables and figures write it: "LeNet", "VGG16 (block 3)"
  std::optional<Backbone> backbone;
  data::PixelTransform transform;
  nn::NetworkSpec network;  ///< what is trained
  Start start = Start::glorot;
  std::optional<OwnMethod> method = std::nullopt;  ///< how it is trained; nothing: as the study says
};

/// The names that make_classifier() knows, in the order of the registry. Names of backbones may be
/// cut: "vgg16:block3". A convnet may have a width factor: "convnet:0.25".
std::vector<std::string> classifier_names();
/// Whether make_classifier() knows the name.
bool is_classifier(const std::string& name);
/// "lenet" -> "LeNet". Throws Error listing the names there are.
std::string classifier_title(const std::string& name);

/// Builds a classifier for images of `shape` and a number of classes. Throws Error listing the names
/// there are when `name` is none of them, or when the images are too small for it.
Classifier make_classifier(const std::string& name, data::ImageShape shape, int classes);

/// Weights before training, running statistics among them. Those of a whitened layer are random, too, until training
/// computes them from its images.
nn::NamedTensors initial_weights(const nn::NetworkSpec& network, std::uint64_t seed, Start start = Start::glorot);
nn::NamedTensors initial_weights(const Classifier& classifier, std::uint64_t seed);

/// Layers, output shapes and numbers of parameters as a text table, as Keras's summary() has them.
/// `weights_note` says which pretrained weights a backbone has.
std::string model_card(const Classifier& classifier, const std::string& weights_note = {});

}  // namespace ersatz::models
