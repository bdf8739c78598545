#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "data/loose_images.hpp"
#include "study/trained_model.hpp"

namespace ersatz::cli {

/// What the commands that use trained models take alike: which models, and where their pretrained weights are.
struct ModelOptions {
  std::string cache, size;
  std::vector<std::string> weights;

  void declare(CLI::App& command);
  /// Reads the models at these paths (study::find_models()). Throws Error.
  std::vector<study::TrainedModel> read(const std::vector<std::filesystem::path>& paths) const;
};

/// The words of a command line that names models and images.
struct ModelsAndImages {
  std::vector<std::filesystem::path> models;  ///< at least one
  std::vector<std::filesystem::path> images;  ///< files, at least one
};
/// Tells models and images apart. A folder that holds no models stands for the images in it, and "-" for the names on
/// standard input, a line each. Throws Error when either is missing.
ModelsAndImages sort_words(const std::vector<std::string>& words);

/// What to call models beside each other: their titles, or where some are the same their names, or their files.
std::vector<std::string> names_of(const std::vector<study::TrainedModel>& models);

/// A line on stderr for each file that could not be read.
void print_problems(const data::LooseImages& images);

/// What is said of images that were made another size: "note: 3 images were resized to 32 x 32 pixels (crop, bicubic)";
/// empty when there are none.
std::string resize_note(std::size_t resized, const data::Resize& resize);

}  // namespace ersatz::cli
