#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/classifier.hpp"

namespace ersatz::models {

// A file per classifier: <name>.cpp defines <name>_registration(), and a line of classifiers.def lists it.

/// The variants that a classifier has: what may stand behind a colon after its name.
struct Variants {
  /// What titles put behind the classifier's own, ", first three blocks" for "block3"; nothing when there is no such
  /// variant.
  std::optional<std::string> (*title)(const std::string& variant);
  const char* rule;  ///< what a variant looks like, as a hint
};

/// What a classifier is called and how it is built for images of `shape` and a number of classes. `make` need not set
/// name and title; `variant` is one that `variants` knows, empty for none.
struct Registration {
  const char* name;
  const char* title;
  Classifier (*make)(const std::string& variant, data::ImageShape shape, int classes);
  std::optional<Variants> variants = std::nullopt;
};

}  // namespace ersatz::models
