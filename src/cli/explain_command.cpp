#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/isolated_process.hpp"
#include "base/suggest.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/model_options.hpp"
#include "cli/output_path.hpp"
#include "cli/run_lines.hpp"
#include "cli/terminal.hpp"
#include "data/loose_images.hpp"
#include "data/pixel_transform.hpp"
#include "report/contact_sheet.hpp"
#include "report/heat_overlay.hpp"
#include "train/grad_cam.hpp"

namespace ersatz::cli {
namespace {

constexpr std::size_t kMostImages = 100;

struct ExplainOptions : ModelOptions {
  std::vector<std::string> words;
  std::string target, out;
};

/// Models that have a convolution; the others are named on stderr.
struct Explained {
  std::vector<study::TrainedModel> models;
  std::vector<train::GradCam> maps;  ///< of each model
};

Explained explainable(std::vector<study::TrainedModel> models) {
  Explained explained;
  std::optional<Error> reason;
  for (study::TrainedModel& model : models) {
    try {
      explained.maps.emplace_back(model.whole);
      explained.models.push_back(std::move(model));
    } catch (const Error& problem) {
      reason.emplace(fmt::format("{}: {}", model.title, problem.what()), problem.hint());
      if (models.size() > 1) fmt::print(stderr, "ersatz: warning: {} is left out: {}\n", model.title, problem.what());
    }
  }
  if (explained.models.empty()) throw Error(*reason);
  for (const study::TrainedModel& model : explained.models) {
    if (model.resize == explained.models.front().resize) continue;
    throw Error("the models read images of different sizes", "explain them one by one");
  }
  return explained;
}

std::optional<int> class_of(const study::TrainedModel& model, const std::string& name) {
  if (name.empty()) return std::nullopt;
  const auto found = std::ranges::find(model.classes, name);
  if (found == model.classes.end()) {
    throw Error(fmt::format("--class: {} has no class \"{}\"", model.title, name),
                suggest(name, model.classes, "classes"));
  }
  return static_cast<int>(found - model.classes.begin());
}

void explain(const ExplainOptions& options) {
  const ModelsAndImages given = sort_words(options.words);
  check_output(options.out, ".png", given.images);
  if (given.images.size() > kMostImages) {
    throw Error(fmt::format("{} are too many for one picture", plural(given.images.size(), "image")),
                fmt::format("name at most {}", kMostImages));
  }
  Explained explained = explainable(options.read(given.models));
  const auto& models = explained.models;
  std::vector<std::optional<int>> targets;
  for (const auto& model : models) targets.push_back(class_of(model, options.target));
  const data::LooseImages images = data::LooseImageReader(models.front().resize).read(given.images);
  if (images.files.empty()) {
    print_problems(images);
    throw Exit{kBadInput};
  }

  report::ContactSheet sheet;
  sheet.shape = images.shape;
  sheet.sources = {"image"};
  for (const std::string& name : names_of(models)) sheet.sources.push_back(name);
  std::vector<std::vector<std::uint8_t>> overlays;
  overlays.reserve(images.files.size() * models.size());
  std::size_t flat = 0;
  for (std::size_t i = 0; i < images.files.size(); ++i) {
    report::ContactSheet::Row row{without_controls(images.files[i].filename().string()), {{images.image(i)}}, {""}};
    for (std::size_t m = 0; m < models.size(); ++m) {
      std::vector<float> pixels(models[m].whole.network.input.size());
      data::transform_pixels(models[m].whole.transform, images.shape, images.image(i).data(), pixels.data());
      const auto map = explained.maps[m].explain(pixels, targets[m]);
      const auto target = static_cast<std::size_t>(map.target);
      flat += map.flat ? 1 : 0;
      overlays.push_back(report::heat_overlay(images.image(i), map.values));
      row.images.push_back({overlays.back()});
      row.captions.push_back(fmt::format("{} {}", models[m].classes[target], format_share(map.probabilities[target])));
    }
    sheet.rows.push_back(std::move(row));
  }
  report::write_contact_sheet(options.out, sheet);
  fmt::print("wrote {}: where {} {} in {}; the lighter, the more it speaks for the class below\n", options.out,
             plural(models.size(), "classifier"), models.size() == 1 ? "looks" : "look",
             plural(images.files.size(), "image"));
  if (flat > 0) fmt::print("nothing speaks for the class in {}, all dark\n", plural(flat, "map"));
  print_problems(images);
  fmt::print(stderr, "{}", resize_note(images.resized, models.front().resize));
  if (!images.problems.empty()) throw Exit{kBadInput};
}

}  // namespace

void add_explain_command(CLI::App& app) {
  const auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      app.add_subcommand("explain", "A PNG picture of where classifiers look in images (Grad-CAM), next to each other");
  command
      ->add_option("MODEL_OR_IMAGE", options->words,
                   "Folders of `ersatz run` or of one run, or model files; then images, folders of images, or - for "
                   "names on standard input")
      ->required();
  command->add_option("--class", options->target,
                      "Show what speaks for this class; default: the class that the image is taken for");
  options->declare(*command);
  command->add_option("-o,--out", options->out, "The picture to write, a .png")->required();
  command->footer("Example: ersatz explain out/mine photo.jpg -o where.png");
  command->callback([options] { explain(*options); });
}

}  // namespace ersatz::cli
