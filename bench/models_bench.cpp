// Training steps of the classifiers: batch 64, one thread, random pixels through the transform of
// a run. items_per_second is images per second; FLOP is nominal, two for each multiplication that
// the layers' shapes ask for, padding included.

#include <benchmark/benchmark.h>

#include <variant>
#include <vector>

#include "base/random.hpp"
#include "data/random_images.hpp"
#include "models/backbone.hpp"
#include "models/classifier.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"

namespace {

using namespace ersatz;

constexpr int kBatch = 64;
constexpr std::size_t kImages = 4096;
constexpr int kClasses = 10;
constexpr data::ImageShape kShape{32, 32};

/// FLOP for one image: forward, and in training the gradients of the weights and - but for the first
/// layer - of the inputs, each as many.
double flop_per_image(const nn::NetworkSpec& spec, bool training) {
  const std::vector<nn::Shape> outputs = nn::output_shapes(spec);
  double flop = 0;
  nn::Shape input = spec.input;
  bool first = true;
  for (std::size_t i = 0; i < outputs.size(); input = outputs[i++]) {
    double multiplications = 0;
    if (const auto* conv = std::get_if<nn::Conv2d>(&spec.layers[i])) {
      multiplications = 1.0 * outputs[i].height * outputs[i].width * conv->out_channels * input.channels *
                        conv->kernel * conv->kernel;
    } else if (const auto* dense = std::get_if<nn::Dense>(&spec.layers[i])) {
      multiplications = 1.0 * dense->out_features * input.channels * input.height * input.width;
    } else {
      continue;
    }
    flop += 2 * multiplications * (!training ? 1 : first ? 2 : 3);
    first = false;
  }
  return flop;
}

void count(benchmark::State& state, const nn::NetworkSpec& spec, bool training) {
  state.SetItemsProcessed(state.iterations() * kBatch);
  const double flop = flop_per_image(spec, training);
  state.counters["FLOP/image"] = flop;
  state.counters["FLOP/s"] = benchmark::Counter(flop * kBatch, benchmark::Counter::kIsIterationInvariantRate);
}

void training_step(benchmark::State& state, const char* name, nn::Precision precision) {
  nn::set_thread_count(1);
  const models::Classifier classifier = models::make_classifier(name, kShape, kClasses);
  const data::RandomImages source(classifier.transform, kShape, kClasses, kImages);
  nn::Network network(classifier.network, {kBatch, precision, true});
  network.set_weights(models::initial_weights(classifier, 1));
  nn::Sgd optimizer(network, {});
  const std::vector<std::uint32_t> order = data::shuffled_order(kImages, 1, 1);
  std::vector<std::int32_t> labels(kBatch);
  std::size_t at = 0;
  for (auto _ : state) {
    const auto indices = std::span<const std::uint32_t>(order).subspan(at, kBatch);
    at = (at + kBatch) % kImages;
    source.fill(indices, 1, network.input().data());
    for (std::size_t i = 0; i < indices.size(); ++i) labels[i] = source.labels()[indices[i]];
    network.forward();
    nn::softmax_cross_entropy(network.outputs(), labels, network.output_size(), network.output_gradients());
    network.backward();
    optimizer.step(0.01);
  }
  count(state, classifier.network, true);
}

BENCHMARK_CAPTURE(training_step, nn_f32, "nn", nn::Precision::f32);
BENCHMARK_CAPTURE(training_step, nn_bf16, "nn", nn::Precision::bf16);
BENCHMARK_CAPTURE(training_step, lenet_f32, "lenet", nn::Precision::f32);
BENCHMARK_CAPTURE(training_step, lenet_bf16, "lenet", nn::Precision::bf16);

// Pooled features of a frozen VGG16 with random weights.
void backbone_features(benchmark::State& state, nn::Precision precision) {
  nn::set_thread_count(1);
  const models::Backbone backbone = models::make_backbone("vgg16", kShape);
  nn::Network network(backbone.network, {kBatch, precision, false});
  nn::NamedTensors weights;
  for (const nn::ParameterSpec& parameter : models::backbone_parameters("vgg16")) {
    Random random(1, parameter.name);
    nn::Tensor tensor{parameter.shape, std::vector<float>(nn::element_count(parameter.shape))};
    for (float& value : tensor.values) value = random.uniform(-0.05F, 0.05F);
    weights.emplace_back(parameter.name, std::move(tensor));
  }
  network.set_weights(weights);
  const data::RandomImages images({data::Channels::bgr, 1.0F, {103.939F, 116.779F, 123.68F}, {1, 1, 1}}, kShape,
                                  kClasses, kImages);
  const std::vector<std::uint32_t> order = data::shuffled_order(kImages, 1, 1);
  std::size_t at = 0;
  for (auto _ : state) {
    images.fill(std::span<const std::uint32_t>(order).subspan(at, kBatch), 1, network.input().data());
    at = (at + kBatch) % kImages;
    network.forward();
  }
  count(state, backbone.network, false);
}

BENCHMARK_CAPTURE(backbone_features, vgg16_f32, nn::Precision::f32);
BENCHMARK_CAPTURE(backbone_features, vgg16_bf16, nn::Precision::bf16);

}  // namespace
