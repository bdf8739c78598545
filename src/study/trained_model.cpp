#include "study/trained_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "models/pretrained.hpp"
#include "nn/safetensors.hpp"
#include "study/model_metadata.hpp"
#include "study/output_layout.hpp"
#include "study/run_record.hpp"
#include "study/run_status.hpp"
#include "study/weights.hpp"

namespace ersatz::study {
namespace fs = std::filesystem;
namespace {

constexpr char kModelEnding[] = ".safetensors";

// (A folder that may not be searched holds none.)
bool is_there(const fs::path& path) {
  std::error_code code;
  return fs::exists(path, code);
}
bool is_run(const fs::path& path) { return is_there(run_file(path)); }
bool is_study(const fs::path& path) { return is_there(study_file(path)); }

// Before anybody takes memory for the network that the file says it is of.
void check_weights(const fs::path& file, const nn::NetworkSpec& network, const nn::NamedTensors& weights) {
  for (const nn::ParameterSpec& parameter : nn::parameter_specs(network)) {
    const auto found = std::ranges::find(weights, parameter.name, &nn::NamedTensors::value_type::first);
    if (found == weights.end()) throw Error(fmt::format("{} has no {}", file.string(), parameter.name));
    const nn::Tensor& tensor = found->second;
    if (tensor.shape != parameter.shape) {
      throw Error(fmt::format("{}: {} has the shape [{}], and its network needs [{}]", file.string(), parameter.name,
                              fmt::join(tensor.shape, ", "), fmt::join(parameter.shape, ", ")));
    }
    if (!std::ranges::all_of(tensor.values, [](float value) { return std::isfinite(value); })) {
      throw Error(fmt::format("{}: {} holds values that are not numbers", file.string(), parameter.name),
                  "its training diverged, or the file is damaged");
    }
  }
}

models::PretrainedWeights read_pretrained(const ModelMetadata& model, const models::Backbone& backbone,
                                          const fs::path& file, const ModelSources& sources) {
  const std::string network = network_of(backbone.name);
  const auto given = sources.weights.find(network);
  const auto weights = find_weights(
      network, given == sources.weights.end() ? std::nullopt : std::optional(given->second), sources.cache);
  if (!weights) {
    throw Error(fmt::format("{} needs the pretrained weights of {}, which are not here", file.string(), network),
                how_to_get_weights(network));
  }
  if (!model.weights_hash.empty() && model.weights_hash != weights->hash) {
    throw Error(
        fmt::format("{} was trained with other pretrained weights than {}", file.string(), weights->file.string()),
        fmt::format("give the file with SHA-256 {}", model.weights_hash));
  }
  return models::load_pretrained(backbone.name, weights->file, sources.cache);
}

ModelMetadata metadata_of(const fs::path& file, const nn::SafeTensors& content, const ModelSources& sources) {
  ModelMetadata model;
  try {
    model = parse_model_metadata(content.metadata);
  } catch (const Error& problem) {
    throw Error(fmt::format("{} {}", file.string(), problem.what()), problem.hint());
  }
  if (!model.shape) model.shape = sources.size;
  if (model.shape) return model;
  throw Error(fmt::format("{} does not say which size its images have, as versions up to 0.2 did not", file.string()),
              "say it: --size 32");
}

}  // namespace

bool holds_models(const fs::path& path) {
  std::error_code code;
  if (fs::is_directory(path, code)) return is_run(path) || is_study(path);
  return path.extension() == kModelEnding;
}

std::vector<fs::path> find_models(const fs::path& path) {
  if (!fs::is_directory(path) || is_run(path)) return {path};
  std::vector<fs::path> folders;
  std::set<std::pair<std::string, std::string>> seen;
  for (const std::string& id : read_study_record(path).runs) {
    const fs::path folder = run_folder(path, id);
    if (!is_run(folder)) continue;
    const RunRecord record = read_run_record(folder);
    if (seen.emplace(record.spec.classifier, record.spec.train_on.name).second) folders.push_back(folder);
  }
  if (folders.empty()) throw Error(fmt::format("no run in {} is finished yet", path.string()));
  return folders;
}

TrainedModel read_trained_model(const fs::path& path, const ModelSources& sources) {
  TrainedModel model;
  fs::path file = path;
  if (fs::is_directory(path)) {
    const RunRecord record = read_run_record(path);
    if (record.packed) {
      throw Error(fmt::format("{} was packed without its weights", path.string()),
                  "`ersatz run` makes them anew where the study and its images are");
    }
    file = model_file(path);
    model.name = record.id();
    model.title = fmt::format("{}, {}", models::classifier_title(record.spec.classifier), record.spec.train_on.name);
  }
  const nn::SafeTensors content = nn::read_safetensors(file);
  const ModelMetadata metadata = metadata_of(file, content, sources);
  const models::Classifier classifier =
      models::make_classifier(metadata.classifier, *metadata.shape, static_cast<int>(metadata.classes.size()));
  check_weights(file, classifier.network, content.tensors);
  model.file = file;
  if (model.name.empty()) {
    model.name = file.string();
    model.title = classifier.title;
  }
  model.classes = metadata.classes;
  model.resize = metadata.resize.value_or(data::Resize{*metadata.shape});
  std::optional<models::PretrainedWeights> pretrained;
  if (classifier.backbone) pretrained = read_pretrained(metadata, *classifier.backbone, file, sources);
  model.whole = models::whole_network(classifier, content.tensors, pretrained ? &*pretrained : nullptr);
  return model;
}

}  // namespace ersatz::study
