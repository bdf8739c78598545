#include "data/parquet/image_features.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::data {

ImageFeatures read_image_features(std::string_view note) {
  Json root;
  try {
    root = parse_json(note);
  } catch (const Error& problem) {
    throw Error(fmt::format("is damaged: what it notes under \"huggingface\" {}", problem.what()));
  }
  ImageFeatures found;
  const Json::json_pointer place("/info/features");
  if (!root.is_object() || !root.contains(place) || !root[place].is_object()) return found;
  for (const auto& [name, feature] : root[place].items()) {
    if (!feature.is_object() || !feature.contains("_type")) continue;
    if (feature["_type"] == "Image") found.images.push_back(name);
    if (feature["_type"] != "ClassLabel" || !feature.contains("names") || !feature["names"].is_array()) continue;
    std::vector<std::string> names;
    for (const Json& one : feature["names"]) {
      if (!one.is_string()) throw Error("is damaged: the name of a class is not text");
      names.push_back(one.get<std::string>());
    }
    if (!names.empty()) found.labels.emplace(name, std::move(names));
  }
  return found;
}

}  // namespace ersatz::data
