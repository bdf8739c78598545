#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/codec/resize.hpp"
#include "models/classifier.hpp"
#include "models/whole_network.hpp"

namespace ersatz::study {

/// A classifier that a study has trained, ready to look at images that the study has never seen.
struct TrainedModel {
  std::filesystem::path file;        ///< its weights
  std::string name;                  ///< the run's id, or the file's path
  std::string title;                 ///< "LeNet, REAL"; of a file alone "LeNet"
  std::vector<std::string> classes;  ///< in the order of the network's outputs
  data::Resize resize;               ///< what images become that have another size: as in the study, else by default
  models::WholeNetwork whole;
};

/// Where a model that is read finds what is not in its file.
struct ModelSources {
  std::map<std::string, std::filesystem::path> weights{};  ///< pretrained weights, by network ("vgg16")
  std::filesystem::path cache{};
  std::optional<data::ImageShape> size{};  ///< of images, for models of versions that did not write it
};

/// Whether `path` is something to read models from: a model file, the folder of a run or of a study.
bool holds_models(const std::filesystem::path& path);

/// The models at `path`: one for a file or a run's folder; of a study's folder the first seed of each classifier and
/// training set, in the study's order. Throws Error when there is none.
std::vector<std::filesystem::path> find_models(const std::filesystem::path& path);

/// Reads a model file, or that of a run's folder. Throws Error when it is damaged, was packed without its weights, does
/// not say what is needed, has tensors of other shapes or values that are not finite, or needs pretrained weights that
/// are not here or others than here.
TrainedModel read_trained_model(const std::filesystem::path& path, const ModelSources& sources);

}  // namespace ersatz::study
