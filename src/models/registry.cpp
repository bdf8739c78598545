#include "models/registry.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ersatz::models {
namespace {

constexpr std::array kRegistry{
    Registration{"nn", "NN", false, make_nn},          Registration{"nn-rgb", "NN (RGB)", false, make_nn_rgb},
    Registration{"lenet", "LeNet", false, make_lenet}, Registration{"vgg16", "VGG16", true, make_vgg},
    Registration{"vgg19", "VGG19", true, make_vgg},
};

// The registration of a name without its cut; nothing when the name is unknown.
const Registration* find_registration(const std::string& name) {
  const std::size_t colon = name.find(':');
  for (const Registration& registration : kRegistry) {
    if (registration.name == name.substr(0, colon) && (colon == std::string::npos || registration.has_backbone)) {
      return &registration;
    }
  }
  return nullptr;
}

const Registration& known_registration(const std::string& name) {
  if (const Registration* found = find_registration(name)) return *found;
  throw Error(fmt::format("there is no classifier \"{}\"", name), "there are " + join_words(classifier_names()));
}

}  // namespace

std::vector<std::string> classifier_names() {
  std::vector<std::string> names;
  for (const Registration& registration : kRegistry) names.emplace_back(registration.name);
  return names;
}

bool is_classifier(const std::string& name) {
  const Registration* found = find_registration(name);
  return found != nullptr && (!found->has_backbone || is_backbone(name));
}

std::string classifier_title(const std::string& name) {
  const std::string title = known_registration(name).title;
  const std::size_t cut = name.find(":block");
  return cut == std::string::npos ? title : fmt::format("{} (block {})", title, name.substr(cut + 6));
}

Classifier make_classifier(const std::string& name, data::ImageShape shape, int classes) {
  const Registration& registration = known_registration(name);
  Classifier classifier = registration.make(name, shape, classes);
  classifier.name = name;
  classifier.title = classifier_title(name);
  try {
    nn::output_shapes(classifier.network);
  } catch (const Error& problem) {
    throw Error(
        fmt::format("{} cannot read images of {} x {} pixels: {}", name, shape.width, shape.height, problem.what()));
  }
  return classifier;
}

nn::NamedTensors initial_weights(const Classifier& classifier, std::uint64_t seed) {
  return initial_weights(classifier.network, seed);
}

nn::NamedTensors initial_weights(const nn::NetworkSpec& network, std::uint64_t seed) {
  nn::NamedTensors weights;
  for (const nn::ParameterSpec& spec : nn::parameter_specs(network)) {
    nn::Tensor tensor{spec.shape, std::vector<float>(nn::element_count(spec.shape), 0.0F)};
    if (spec.fan_in > 0) {
      const float limit = std::sqrt(6.0F / static_cast<float>(spec.fan_in + spec.fan_out));
      Random random(seed, "weights " + spec.name);
      for (float& value : tensor.values) value = random.uniform(-limit, limit);
    }
    weights.emplace_back(spec.name, std::move(tensor));
  }
  return weights;
}

}  // namespace ersatz::models
