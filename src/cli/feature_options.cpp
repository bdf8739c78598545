#include "cli/feature_options.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cli/model_options.hpp"
#include "cli/study_options.hpp"
#include "models/backbone.hpp"
#include "models/classifier.hpp"
#include "study/trained_model.hpp"
#include "study/weights.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

quality::FeatureSpace of_backbone(const FeatureOptions& options, data::ImageShape shape, ProgressLine& line) {
  const std::string& name = options.features;
  models::make_backbone(name, shape);  // throws where the images are too small, before anything is read
  std::optional<fs::path> given;
  for (const std::string& text : options.weights) {
    const auto [network, path] = split_weights(text);
    if (network.empty() || network == study::network_of(name)) given = path;
  }
  const fs::path cache = options.cache.empty() ? data::default_cache_folder() : fs::path(options.cache);
  const auto weights = study::find_weights(name, given, cache);
  if (!weights) {
    throw Error(fmt::format("--features {} needs pretrained weights", name), study::how_to_get_weights(name));
  }
  // Always in single precision: distances shall be the same on every processor, as far as they can.
  const train::FeatureRequest request{name, weights->file, weights->hash, nn::Precision::f32, cache};
  train::FeatureOptions how;
  how.on_progress = [&line](std::size_t done, std::size_t total) {
    line.show(fmt::format("features of {} of {} images", format_count(done), format_count(total)),
              static_cast<double>(done) / static_cast<double>(total));
  };
  return quality::backbone_space(fmt::format("{}, {}", models::classifier_title(name), weights->note), request, how);
}

quality::FeatureSpace of_classifier(const FeatureOptions& options, data::ImageShape shape) {
  const std::vector<fs::path> found = study::find_models(options.features);
  if (found.size() > 1) {
    throw Error(fmt::format("--features: {} holds {} classifiers", options.features, found.size()),
                "name the folder of one run: " + found.front().parent_path().string());
  }
  ModelOptions models;
  models.cache = options.cache;
  models.weights = options.weights;
  study::TrainedModel model = models.read(found).front();
  const nn::Shape input = model.whole.network.input;
  if (input.height != shape.height || input.width != shape.width) {
    throw Error(fmt::format("--features: {} sees images of {} x {} pixels, and these have {} x {}", model.title,
                            input.width, input.height, shape.width, shape.height),
                fmt::format("make them that size: --size {}x{}", input.height, input.width));
  }
  return quality::classifier_space(model.title, std::move(model.whole), 0);
}

}  // namespace

void FeatureOptions::declare(CLI::App& command) {
  DataOptions::declare(command);
  command
      .add_option("--features", features,
                  "What stands for an image: pixels; a pretrained network such as vgg16 or vgg16:block3; or the folder "
                  "of a run, or a model file, for what its classifier sees in it")
      ->capture_default_str();
  command.add_option("--weights", weights, "Pretrained weights, PATH or NETWORK=PATH")->allow_extra_args(false);
}

quality::FeatureSpace FeatureOptions::space(data::ImageShape shape, ProgressLine& line) const {
  if (features == "pixels") return quality::pixel_space();
  if (models::is_backbone(features)) return of_backbone(*this, shape, line);
  if (study::holds_models(features)) return of_classifier(*this, shape);
  std::vector<std::string> known = models::backbone_names();
  known.insert(known.begin(), "pixels");
  throw Error(fmt::format("--features {} is neither pixels, a pretrained network nor a trained classifier", features),
              suggest(features, known, "features beside folders of runs"));
}

}  // namespace ersatz::cli
