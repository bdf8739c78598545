#pragma once

#include "models/classifier.hpp"

namespace ersatz::models {

// A file per classifier: <name>.cpp defines one of these, registry.cpp lists them.

/// What a classifier is called and how it is built for images of `shape` and so many classes.
/// `name` is the registered one, with a cut behind a colon where the classifier allows one.
struct Registration {
  const char* name;
  const char* title;
  bool has_backbone;
  Classifier (*make)(const std::string& name, data::ImageShape shape, int classes);
};

Classifier make_nn(const std::string& name, data::ImageShape shape, int classes);
Classifier make_nn_rgb(const std::string& name, data::ImageShape shape, int classes);
Classifier make_lenet(const std::string& name, data::ImageShape shape, int classes);
Classifier make_vgg(const std::string& name, data::ImageShape shape, int classes);

}  // namespace ersatz::models
