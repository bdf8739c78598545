#include "cli/model_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "base/error.hpp"
#include "base/isolated_process.hpp"
#include "base/stop.hpp"
#include "cli/import_display.hpp"
#include "cli/study_options.hpp"
#include "cli/terminal.hpp"
#include "data/data_set.hpp"
#include "models/backbone.hpp"

namespace ersatz::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> names_from_input() {
  std::vector<fs::path> names;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.emplace_back(line);
  }
  if (stop_requested()) throw Stopped();
  return names;
}

}  // namespace

void ModelOptions::declare(CLI::App& command) {
  command
      .add_option("--weights", weights,
                  "Pretrained weights of the models' networks, PATH or NETWORK=PATH as in vgg19=x.h5")
      ->allow_extra_args(false);
  command.add_option("--cache", cache, "Folder for converted weights; default: $ERSATZ_CACHE or ~/.cache/ersatz");
  command.add_option("--size", size, "Size of the models' images, where models of versions up to 0.2 do not say it");
}

std::vector<study::TrainedModel> ModelOptions::read(const std::vector<fs::path>& paths) const {
  study::ModelSources sources;
  sources.cache = cache.empty() ? data::default_cache_folder() : fs::path(cache);
  if (!size.empty()) sources.size = parse_size(size);
  for (const std::string& text : weights) {
    const auto [network, path] = split_weights(text);
    for (const std::string& each : models::backbone_names()) {
      if (network.empty() || network == each) sources.weights[each] = path;
    }
  }
  std::vector<study::TrainedModel> models;
  for (const fs::path& path : paths) {
    for (const fs::path& model : study::find_models(path)) models.push_back(study::read_trained_model(model, sources));
  }
  return models;
}

ModelsAndImages sort_words(const std::vector<std::string>& words) {
  ModelsAndImages sorted;
  const auto add = [&](const std::vector<fs::path>& files) {
    sorted.images.insert(sorted.images.end(), files.begin(), files.end());
  };
  bool asked = false;
  for (const std::string& word : words) {
    if (word == "-") {
      asked = true;
      add(names_from_input());
    } else if (study::holds_models(word)) {
      sorted.models.emplace_back(word);
    } else {
      add(data::image_files(word));
    }
  }
  if (sorted.models.empty()) {
    throw Error("no model is named",
                "name a folder of `ersatz run` (out/mine), one of its runs/, or a model.safetensors");
  }
  if (sorted.images.empty()) {
    throw Error(asked ? "standard input names no image" : "no image is named",
                "name image files, folders of them, or - to read names from standard input");
  }
  return sorted;
}

std::vector<std::string> names_of(const std::vector<study::TrainedModel>& models) {
  const auto named = [&](const auto& name_of) {
    std::vector<std::string> names;
    for (const study::TrainedModel& model : models) names.push_back(without_controls(name_of(model)));
    return names;
  };
  for (const auto& names : {named([](const study::TrainedModel& model) { return model.title; }),
                            named([](const study::TrainedModel& model) { return model.name; })}) {
    if (std::set<std::string>(names.begin(), names.end()).size() == models.size()) return names;
  }
  return named([](const study::TrainedModel& model) { return model.file.string(); });
}

void print_problems(const data::LooseImages& images) {
  std::fflush(stdout);
  for (const auto& problem : images.problems) {
    fmt::print(stderr, "ersatz: error: {}\n", without_controls(problem.text));
    if (!problem.hint.empty()) fmt::print(stderr, "hint: {}\n", problem.hint);
  }
}

std::string resize_note(std::size_t resized, const data::Resize& resize) {
  if (resized == 0) return {};
  return fmt::format("note: {} {} resized to {} x {} pixels ({}, {})\n", plural(resized, "image"),
                     resized == 1 ? "was" : "were", resize.size.width, resize.size.height, data::fit_name(resize.fit),
                     data::filter_name(resize.filter));
}

}  // namespace ersatz::cli
