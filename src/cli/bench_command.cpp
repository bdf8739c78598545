#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/one_of.hpp"
#include "models/classifier.hpp"
#include "nn/matrix_rate.hpp"
#include "nn/precision.hpp"
#include "report/text_table.hpp"
#include "study/run_spec.hpp"
#include "train/layer_times.hpp"

namespace ersatz::cli {
namespace {

constexpr int kBatch = 64;                // of classifiers without a method of their own
constexpr std::size_t kMany = 1'000'000;  // images: more than any batch

struct Options {
  std::string classifier, precision = "auto";
  std::optional<int> batch, repetitions;
  int size = 32, classes = 10;
};

// Steps, a line each, and what they come to beside the rate of a matrix product.
void print_times(const std::string& title, const train::LayerTimes& times, int batch, double product) {
  using Step = nn::StepTime;
  using report::Align;
  const auto rate = [](const Step& step) { return step.flops / step.seconds; };
  const std::vector<report::Column<Step>> columns{
      {"step", Align::left, [](const Step& step) { return step.name; }},
      {"us/image", Align::right, [&](const Step& step) { return fmt::format("{:.2f}", step.seconds / batch * 1e6); }},
      {"share", Align::right,
       [&](const Step& step) { return fmt::format("{:.1f} %", 100 * step.seconds / times.seconds()); }},
      {"GFLOP/s", Align::right,
       [&](const Step& step) { return step.flops > 0 ? fmt::format("{:.0f}", rate(step) / 1e9) : ""; }},
      {"of a matrix product", Align::right,
       [&](const Step& step) { return step.flops > 0 ? fmt::format("{:.0f} %", 100 * rate(step) / product) : ""; }},
  };
  std::vector<Step> steps = times.steps;
  steps.push_back({"all", times.seconds(), times.flops()});
  fmt::print("{}\n\n{}\n{:.0f} images/s\n\n", title, make_table(columns, steps).markdown(), batch / times.seconds());
}

void bench_layers(const Options& options) {
  nn::set_thread_count(1);
  const nn::Precision precision = study::resolve_precision(*study::precision_choice(options.precision));
  const data::ImageShape shape{options.size, options.size};
  const models::Classifier classifier = models::make_classifier(options.classifier, shape, options.classes);
  // By default as the classifier is trained, and about as many images in all whatever the batch.
  const int own = classifier.method ? classifier.method->resolve(kMany, {}, {}).batching.size : kBatch;
  const int batch = options.batch.value_or(own);
  const int repetitions = options.repetitions.value_or(std::max(3, 50 * kBatch / batch));
  const double product = nn::matrix_product_rate(precision);
  const nn::EngineInfo engine = nn::engine_info();
  fmt::print("one thread, batch {}, {}, oneDNN {} on {}; a large matrix product: {:.0f} GFLOP/s\n\n", batch,
             nn::precision_name(precision), engine.onednn_version, engine.isa, product / 1e9);
  std::string title = "training step of " + classifier.title;
  if (classifier.backbone) {
    print_times("features of " + classifier.title + ", forward only",
                train::time_features(*classifier.backbone, shape, batch, precision, repetitions), batch, product);
    title = "training step of its head";
  }
  print_times(title, train::time_training(classifier, batch, precision, repetitions), batch, product);
}

}  // namespace

void add_bench_command(CLI::App& app) {
  CLI::App* bench = app.add_subcommand("bench", "Measure this machine");
  bench->require_subcommand(1);
  bench->footer("Example: ersatz bench layers lenet");
  const auto options = std::make_shared<Options>();
  CLI::App* layers = bench->add_subcommand(
      "layers", "Time of every layer of a classifier in every direction, beside what a matrix product reaches here");
  layers->add_option("CLASSIFIER", options->classifier, "Classifier, like lenet or vgg16:block3")->required();
  layers->add_option("--precision", options->precision, "auto, f32 or bf16")
      ->check(one_of("--precision", {"auto", "f32", "bf16"}))
      ->capture_default_str();
  layers->add_option("--batch", options->batch, "Images a step; default: 64, or that of the classifier's own method")
      ->check(CLI::Range(1, 65536));
  layers->add_option("--size", options->size, "Height and width of the images")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  layers->add_option("--classes", options->classes, "Classes")->check(CLI::Range(2, 65536))->capture_default_str();
  layers
      ->add_option("--repetitions", options->repetitions,
                   "Times each step is measured; medians are shown. Default: 50 for a batch of 64")
      ->check(CLI::Range(1, 1'000'000));
  layers->footer("Example: ersatz bench layers vgg16:block3 --precision bf16 --batch 128");
  layers->callback([options] { bench_layers(*options); });
}

}  // namespace ersatz::cli
