// Training steps of the classifiers: batch 64 (convnet: its own 1024), one thread, random pixels through the
// transform of a run. items_per_second is images per second; FLOP is nominal, two for each multiplication that the
// layers' shapes ask for, padding included.

#include <benchmark/benchmark.h>

#include <vector>

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

void count(benchmark::State& state, nn::Network& network, int batch = kBatch) {
  double flop = 0;
  for (const nn::StepTime& step : network.time_steps(1)) flop += step.flops;
  state.SetItemsProcessed(state.iterations() * batch);
  state.counters["FLOP/image"] = flop / batch;
  state.counters["FLOP/s"] = benchmark::Counter(flop, benchmark::Counter::kIsIterationInvariantRate);
}

void training_step(benchmark::State& state, const char* name, nn::Precision precision) {
  nn::set_thread_count(1);
  const models::Classifier classifier = models::make_classifier(name, kShape, kClasses);
  constexpr std::size_t kMany = 1'000'000;  // images: more than any batch
  models::Method method;
  if (classifier.method) method = classifier.method->resolve(kMany, std::nullopt, std::nullopt);
  const int batch = method.batching.size;
  const data::RandomImages source(classifier.transform, kShape, kClasses, kImages);
  nn::Network network(classifier.network, {batch, precision, true});
  network.set_weights(models::initial_weights(classifier, 1));
  nn::Sgd optimizer(network, method.optimizer);
  const std::vector<std::uint32_t> order = data::shuffled_order(kImages, 1, 1);
  std::vector<std::int32_t> labels(static_cast<std::size_t>(batch));
  std::size_t at = 0;
  for (auto _ : state) {
    const auto indices = std::span<const std::uint32_t>(order).subspan(at, labels.size());
    at = (at + labels.size()) % kImages;
    source.fill(indices, 1, network.input().data());
    for (std::size_t i = 0; i < indices.size(); ++i) labels[i] = source.labels()[indices[i]];
    network.forward();
    nn::softmax_cross_entropy(network.outputs(), labels, network.output_size(), network.output_gradients());
    network.backward();
    optimizer.step(0.01);
  }
  count(state, network, batch);
}

BENCHMARK_CAPTURE(training_step, nn_f32, "nn", nn::Precision::f32);
BENCHMARK_CAPTURE(training_step, nn_bf16, "nn", nn::Precision::bf16);
BENCHMARK_CAPTURE(training_step, lenet_f32, "lenet", nn::Precision::f32);
BENCHMARK_CAPTURE(training_step, lenet_bf16, "lenet", nn::Precision::bf16);
BENCHMARK_CAPTURE(training_step, convnet_f32, "convnet", nn::Precision::f32);
BENCHMARK_CAPTURE(training_step, convnet_bf16, "convnet", nn::Precision::bf16);

// Pooled features of a frozen VGG16 with random weights.
void backbone_features(benchmark::State& state, nn::Precision precision) {
  nn::set_thread_count(1);
  const models::Backbone backbone = models::make_backbone("vgg16", kShape);
  nn::Network network(backbone.network, {kBatch, precision, false});
  network.set_weights(models::initial_weights(backbone.network, 1));
  const data::RandomImages images({data::Channels::bgr, 1.0F, {103.939F, 116.779F, 123.68F}, {1, 1, 1}}, kShape,
                                  kClasses, kImages);
  const std::vector<std::uint32_t> order = data::shuffled_order(kImages, 1, 1);
  std::size_t at = 0;
  for (auto _ : state) {
    images.fill(std::span<const std::uint32_t>(order).subspan(at, kBatch), 1, network.input().data());
    at = (at + kBatch) % kImages;
    network.forward();
  }
  count(state, network);
}

BENCHMARK_CAPTURE(backbone_features, vgg16_f32, nn::Precision::f32);
BENCHMARK_CAPTURE(backbone_features, vgg16_bf16, nn::Precision::bf16);

}  // namespace
