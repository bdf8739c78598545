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
    Registration{"nn", "NN", make_nn},
    Registration{"nn-rgb", "NN (RGB)", make_nn_rgb},
    Registration{"lenet", "LeNet", make_lenet},
};

const Registration& find_registration(const std::string& name) {
  for (const Registration& registration : kRegistry) {
    if (registration.name == name) return registration;
  }
  throw Error(fmt::format("there is no classifier \"{}\"", name), "there are " + join_words(classifier_names()));
}

}  // namespace

std::vector<std::string> classifier_names() {
  std::vector<std::string> names;
  for (const Registration& registration : kRegistry) names.emplace_back(registration.name);
  return names;
}

std::string classifier_title(const std::string& name) { return find_registration(name).title; }

Classifier make_classifier(const std::string& name, data::ImageShape shape, int classes) {
  const Registration& registration = find_registration(name);
  Classifier classifier = registration.make(shape, classes);
  classifier.name = registration.name;
  classifier.title = registration.title;
  try {
    nn::output_shapes(classifier.network);
  } catch (const Error& problem) {
    throw Error(fmt::format("{} cannot read images of {} x {} pixels: {}", name, shape.width, shape.height, problem.what()));
  }
  return classifier;
}

nn::NamedTensors initial_weights(const Classifier& classifier, std::uint64_t seed) {
  nn::NamedTensors weights;
  for (const nn::ParameterSpec& spec : nn::parameter_specs(classifier.network)) {
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
