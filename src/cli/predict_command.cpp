#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/isolated_process.hpp"
#include "base/json.hpp"
#include "base/memory.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/model_options.hpp"
#include "cli/run_lines.hpp"
#include "cli/terminal.hpp"
#include "data/loose_images.hpp"
#include "report/text_table.hpp"
#include "train/predict.hpp"

namespace ersatz::cli {
namespace {

constexpr std::size_t kMostAtOnce = 200, kBytesAtOnce = std::size_t{256} << 20;  // of images in memory
constexpr int kTopAlone = 3;

struct PredictOptions : ModelOptions {
  std::vector<std::string> words;
  int top = 0;  ///< 0: kTopAlone of one model, one of several
  bool json = false;
};

/// As many images as a forward pass takes: of large networks fewer, so that memory suffices. Throws Error where it does
/// not for one.
std::size_t batch_for(const nn::NetworkSpec& network, std::size_t images) {
  const AvailableMemory available = available_memory();
  for (std::size_t batch = std::min<std::size_t>(images, train::kTestBatch);; batch /= 2) {
    const std::size_t bytes = nn::memory_bytes(network, {static_cast<int>(batch), nn::Precision::f32, false});
    if (bytes <= available.bytes) return batch;
    if (batch == 1) {
      throw Error(fmt::format("the network needs {}, of {} {}", format_bytes(bytes), format_bytes(available.bytes),
                              available.limit));
    }
  }
}

/// A model, compiled, and what it says of the images of one batch.
struct Predicting {
  Predicting(study::TrainedModel model, std::string called, std::size_t images)
      : name(std::move(called)),
        transform(model.whole.transform),
        predictor(model.whole.network, model.whole.views, model.whole.weights,
                  static_cast<int>(batch_for(model.whole.network, images))) {
    model.whole = {};
    about = std::move(model);
  }

  std::string name;
  study::TrainedModel about;  ///< without its network
  data::PixelTransform transform;
  train::Predictor predictor;
  Matrix probabilities{};

  std::span<const float> of(std::size_t image) const {
    return std::span(probabilities.values).subspan(image * probabilities.columns, probabilities.columns);
  }
  /// "cat .72", the class of rank `i` from 0; empty where there are not so many.
  std::string ranked(std::size_t image, std::size_t i) const {
    const auto shares = of(image);
    if (i >= shares.size()) return {};
    std::vector<std::size_t> order(shares.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t c) { return shares[c]; });
    return fmt::format("{} {}", about.classes[order[i]], format_share(shares[order[i]]));
  }
};

using PredictingModels = std::vector<std::unique_ptr<Predicting>>;

// Models whose images are made the same way look at the same pixels.
using Groups = std::vector<std::vector<Predicting*>>;

Groups group_by_images(const PredictingModels& models) {
  Groups groups;
  for (const auto& model : models) {
    const auto same = [&](const auto& group) { return group.front()->about.resize == model->about.resize; };
    const auto found = std::ranges::find_if(groups, same);
    (found == groups.end() ? groups.emplace_back() : *found).push_back(model.get());
  }
  return groups;
}

std::size_t images_at_once(const Groups& groups) {
  std::size_t bytes = 1;
  for (const auto& group : groups) bytes = std::max(bytes, group.front()->about.resize.size.bytes());
  return std::clamp<std::size_t>(kBytesAtOnce / bytes, 1, kMostAtOnce);
}

Json to_json(const PredictingModels& models, std::size_t image, const std::string& file) {
  Json predictions = Json::array();
  for (const auto& model : models) {
    const auto shares = model->of(image);
    Json probabilities = Json::object();
    for (std::size_t c = 0; c < shares.size(); ++c) probabilities[model->about.classes[c]] = shares[c];
    const auto best = std::ranges::max_element(shares) - shares.begin();
    predictions.push_back({{"model", model->about.name},
                           {"class", model->about.classes[static_cast<std::size_t>(best)]},
                           {"probabilities", std::move(probabilities)}});
  }
  return {{"file", file}, {"predictions", std::move(predictions)}};
}

/// Prints batches of images as they come.
class PredictionPrinter {
 public:
  PredictionPrinter(const PredictingModels& models, const PredictOptions& options)
      : models_(models), options_(options) {
    if (!options.json) return;
    Json described = Json::array();
    for (const auto& model : models) {
      described.push_back({{"name", model->about.name}, {"title", model->about.title}});
    }
    fmt::print("{{\"models\": {},\n\"images\": [", described.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  void print(const data::LooseImages& images) {
    if (options_.json) return print_json(images);
    report::TextTable table;
    table.headings.push_back({"image"});
    const bool alone = models_.size() == 1;
    std::size_t classes = 1;
    for (const auto& model : models_) classes = std::max(classes, model->about.classes.size());
    const auto top = std::min(static_cast<std::size_t>(options_.top > 0 ? options_.top
                                                       : alone          ? kTopAlone
                                                                        : 1),
                              classes);
    if (alone) {
      for (std::size_t i = 0; i < top; ++i) table.headings.push_back({i == 0 ? models_.front()->name : ""});
    } else {
      for (const auto& model : models_) table.headings.push_back({model->name});
    }
    for (std::size_t image = 0; image < images.files.size(); ++image) {
      const std::string file = without_controls(images.files[image].string());
      if (alone) {
        auto& row = table.rows.emplace_back(std::vector{file});
        for (std::size_t i = 0; i < top; ++i) row.push_back(models_.front()->ranked(image, i));
        continue;
      }
      for (std::size_t i = 0; i < top; ++i) {
        auto& row = table.rows.emplace_back(std::vector{i == 0 ? file : ""});
        for (const auto& model : models_) row.push_back(model->ranked(image, i));
      }
    }
    if (!table.rows.empty()) fmt::print("{}", table.plain(text_room(stdout)));
  }

  void finish() const {
    if (options_.json) fmt::print("{}\n", first_ ? "]}" : "\n]}");
  }

 private:
  void print_json(const data::LooseImages& images) {
    for (std::size_t i = 0; i < images.files.size(); ++i) {
      fmt::print("{}{}", first_ ? "\n" : ",\n",
                 to_json(models_, i, images.files[i].string()).dump(-1, ' ', false, Json::error_handler_t::replace));
      first_ = false;
    }
  }

  const PredictingModels& models_;
  const PredictOptions& options_;
  bool first_ = true;
};

void predict(const PredictOptions& options) {
  const ModelsAndImages given = sort_words(options.words);
  auto read = options.read(given.models);
  const auto names = names_of(read);
  PredictingModels models;
  for (std::size_t i = 0; i < read.size(); ++i) {
    models.push_back(std::make_unique<Predicting>(std::move(read[i]), names[i], given.images.size()));
  }
  const Groups groups = group_by_images(models);
  std::vector<data::LooseImageReader> readers;
  for (const auto& group : groups) readers.emplace_back(group.front()->about.resize);

  PredictionPrinter printer(models, options);
  std::size_t broken = 0;
  std::vector<std::size_t> resized(groups.size());
  const std::size_t at_once = images_at_once(groups);
  for (std::size_t first = 0; first < given.images.size(); first += at_once) {
    const auto files = std::span(given.images).subspan(first, std::min(at_once, given.images.size() - first));
    data::LooseImages images = readers.front().read(files);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const data::LooseImages others = g > 0 ? readers[g].read(files) : data::LooseImages();
      const data::LooseImages& seen = g > 0 ? others : images;
      if (seen.files != images.files) throw Error("an image has changed while it was read", "run the command again");
      resized[g] += seen.resized;
      for (Predicting* const model : groups[g]) {
        model->probabilities = model->predictor.predict(data::LooseSource(seen, model->transform));
      }
    }
    printer.print(images);
    print_problems(images);
    broken += images.problems.size();
  }
  printer.finish();
  std::fflush(stdout);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    fmt::print(stderr, "{}", resize_note(resized[g], groups[g].front()->about.resize));
  }
  if (broken > 0) throw Exit{kBadInput};
}

}  // namespace

void add_predict_command(CLI::App& app) {
  const auto options = std::make_shared<PredictOptions>();
  CLI::App* command = app.add_subcommand("predict", "Classify images with trained classifiers, with probabilities");
  command
      ->add_option("MODEL_OR_IMAGE", options->words,
                   "Folders of `ersatz run` or of one run, or model files; then images, folders of images, or - for "
                   "names on standard input")
      ->required();
  options->declare(*command);
  command->add_option("--top", options->top, "Classes of each image; default: 3, or 1 of each of several models")
      ->check(CLI::Range(1, 1000));
  command->add_flag("--json", options->json, "All probabilities, for programs");
  command->footer("Example: ersatz predict out/mine photo.jpg more-photos/");
  command->callback([options] { predict(*options); });
}

}  // namespace ersatz::cli
