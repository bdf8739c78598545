#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ersatz::models {

/// What a study calls a classifier, in its parts: "vgg16:block3" is the variant "block3" of vgg16.
struct ClassifierName {
  std::string base;
  std::optional<std::string> variant;
};

inline ClassifierName parse_classifier_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return {std::string(name), std::nullopt};
  return {std::string(name.substr(0, colon)), std::string(name.substr(colon + 1))};
}

}  // namespace ersatz::models
