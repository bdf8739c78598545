#pragma once

#include "models/classifier.hpp"

namespace ersatz::models {

// A file per classifier: <name>.cpp defines one of these, registry.cpp lists them.

/// What a classifier is called and how it is built for images of `shape` and so many classes.
/// `name` is the registered one, with a variant behind a colon where the classifier has some.
struct Registration {
  const char* name;
  const char* title;
  bool (*accepts)(const std::string& name);  ///< null: it has no variants
  Classifier (*make)(const std::string& name, data::ImageShape shape, int classes);
};

Classifier make_nn(const std::string& name, data::ImageShape shape, int classes);
Classifier make_nn_rgb(const std::string& name, data::ImageShape shape, int classes);
Classifier make_lenet(const std::string& name, data::ImageShape shape, int classes);
Classifier make_convnet(const std::string& name, data::ImageShape shape, int classes);
Classifier make_vgg(const std::string& name, data::ImageShape shape, int classes);

bool is_convnet(const std::string& name);
bool is_vgg(const std::string& name);

}  // namespace ersatz::models
