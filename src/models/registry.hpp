#pragma once

#include "models/classifier.hpp"

namespace ersatz::models {

// A file per classifier: <name>.cpp defines one of these, registry.cpp lists them.

/// What a classifier is called and how it is built for images of `shape` and so many classes.
struct Registration {
  const char* name;
  const char* title;
  Classifier (*make)(data::ImageShape shape, int classes);
};

Classifier make_nn(data::ImageShape shape, int classes);
Classifier make_nn_rgb(data::ImageShape shape, int classes);
Classifier make_lenet(data::ImageShape shape, int classes);

}  // namespace ersatz::models
