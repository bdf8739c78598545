#include "study/model_metadata.hpp"

#include <set>

#include "base/error.hpp"
#include "base/isolated_process.hpp"
#include "base/json.hpp"
#include "data/codec/decode.hpp"

namespace ersatz::study {
namespace {

Json parse(const std::string& text) {
  try {
    return parse_json(text);
  } catch (const Error& problem) {
    throw Error(std::string("is no model of ersatz: a part of its metadata ") + problem.what());
  }
}

void check_classes(const std::vector<std::string>& classes) {
  if (classes.empty()) throw Error("is no model of ersatz: it has no classes");
  if (std::set<std::string>(classes.begin(), classes.end()).size() < classes.size()) {
    throw Error("is no model of ersatz: two of its classes have the same name");
  }
  for (const std::string& name : classes) {
    if (name.empty() || without_controls(name) != name) {
      throw Error("is no model of ersatz: a class has no name, or one with control characters");
    }
  }
}

}  // namespace

std::map<std::string, std::string> model_metadata(const RunSpec& spec, const data::DataSet& data) {
  const Json size{{"height", data.shape.height}, {"width", data.shape.width}};
  std::map<std::string, std::string> metadata{
      {"classifier", spec.classifier},
      {"classes", Json(data.classes).dump()},
      {"image", (data.resize ? data::to_json(*data.resize) : size).dump()},
  };
  if (spec.weights) metadata["weights_sha256"] = spec.weights->hash;
  return metadata;
}

ModelMetadata parse_model_metadata(const std::map<std::string, std::string>& metadata) {
  const auto find = [&](const char* key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  ModelMetadata model;
  model.classifier = find("classifier");
  model.weights_hash = find("weights_sha256");
  if (model.classifier.empty()) {
    throw Error("is no model of ersatz: it does not say which classifier it is", "give a run's model.safetensors");
  }
  try {
    const std::string classes = find("classes"), image = find("image");
    if (!classes.empty()) model.classes = parse(classes).get<std::vector<std::string>>();
    check_classes(model.classes);
    if (image.empty()) return model;
    const Json size = parse(image);
    model.shape = {size.at("height").get<int>(), size.at("width").get<int>()};
    if (size.contains("fit")) model.resize = data::resize_from_json(size);
  } catch (const Json::exception&) {
    throw Error("is no model of ersatz: its metadata are not as ersatz writes them");
  }
  const auto fits = [](int side) { return side > 0 && side <= data::kLargestSide; };
  if (!fits(model.shape->height) || !fits(model.shape->width) ||
      static_cast<std::int64_t>(model.shape->height) * model.shape->width > data::kMostPixels) {
    throw Error("is no model of ersatz: its images have an impossible size");
  }
  return model;
}

}  // namespace ersatz::study
