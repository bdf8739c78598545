#include "models/registry.hpp"

#include <fmt/format.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace ersatz::models {
namespace {

constexpr std::array kRegistry{
    Registration{"nn", "NN", nullptr, make_nn},          Registration{"nn-rgb", "NN (RGB)", nullptr, make_nn_rgb},
    Registration{"lenet", "LeNet", nullptr, make_lenet}, Registration{"convnet", "ConvNet", is_convnet, make_convnet},
    Registration{"vgg16", "VGG16", is_vgg, make_vgg},    Registration{"vgg19", "VGG19", is_vgg, make_vgg},
};

// The registration of a name, whatever stands behind its colon; nothing when the name is unknown.
const Registration* find_registration(const std::string& name) {
  const std::size_t colon = name.find(':');
  for (const Registration& registration : kRegistry) {
    if (registration.name == name.substr(0, colon) && (colon == std::string::npos || registration.accepts != nullptr)) {
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
  return found != nullptr && (found->accepts == nullptr || found->accepts(name));
}

std::string classifier_title(const std::string& name) {
  const std::string title = known_registration(name).title;
  if (const std::size_t cut = name.find(":block"); cut != std::string::npos) {
    return fmt::format("{} (block {})", title, name.substr(cut + 6));
  }
  const std::size_t colon = name.find(':');
  return colon == std::string::npos ? title : fmt::format("{} (width {})", title, name.substr(colon + 1));
}

std::optional<Recipe> classifier_recipe(const std::string& name) {
  const Registration* found = find_registration(name);
  return found != nullptr && found->make == make_convnet ? std::optional<Recipe>(Recipe{}) : std::nullopt;
}

Classifier make_classifier(const std::string& name, data::ImageShape shape, int classes) {
  const Registration& registration = known_registration(name);
  if (!is_classifier(name) && registration.make == make_convnet) {
    throw Error(fmt::format("there is no classifier \"{}\"", name),
                "convnet's width is a factor above 0 and up to 4, as in convnet:0.25");
  }
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

}  // namespace ersatz::models
