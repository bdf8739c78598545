#include "study/model_metadata.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "data/codec/decode.hpp"

namespace ersatz::study {

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
    model.classes = parse_json(find("classes")).get<std::vector<std::string>>();
    const std::string image = find("image");
    if (image.empty()) return model;
    const Json size = parse_json(image);
    model.shape = {size.at("height").get<int>(), size.at("width").get<int>()};
    if (size.contains("fit")) model.resize = data::resize_from_json(size);
  } catch (const Json::exception& problem) {
    throw Error(std::string("is no model of ersatz: ") + problem.what());
  }
  if (model.classes.empty()) throw Error("is no model of ersatz: it has no classes");
  const auto fits = [](int side) { return side > 0 && side <= data::kLargestSide; };
  if (!fits(model.shape->height) || !fits(model.shape->width)) {
    throw Error("is no model of ersatz: its images have an impossible size");
  }
  return model;
}

}  // namespace ersatz::study
