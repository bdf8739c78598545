// Training steps of the classifiers: batch 64, one thread, images read through a PixelSource as a
// run reads them. items_per_second is images per second.

#include <benchmark/benchmark.h>

#include <vector>

#include "base/random.hpp"
#include "data/batch_source.hpp"
#include "models/classifier.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"

namespace {

using namespace ersatz;

constexpr int kBatch = 64;
constexpr std::size_t kImages = 4096;

/// Random pixels: speed does not depend on what they show.
struct Images {
  std::vector<std::uint8_t> pixels;
  data::Selection selection;

  Images() : pixels(kImages * 32 * 32 * 3) {
    Random random(1, "bench");
    for (auto& value : pixels) value = static_cast<std::uint8_t>(random.below(256));
    selection.shape = {32, 32};
    for (std::size_t i = 0; i < kImages; ++i) {
      selection.images.push_back(pixels.data() + i * selection.shape.bytes());
      selection.labels.push_back(static_cast<std::int32_t>(i % 10));
    }
  }
};

void training_step(benchmark::State& state, const char* name, nn::Precision precision) {
  static const Images images;
  nn::set_thread_count(1);
  const models::Classifier classifier = models::make_classifier(name, {32, 32}, 10);
  const data::PixelSource source(images.selection, classifier.transform);
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
  state.SetItemsProcessed(state.iterations() * kBatch);
}

BENCHMARK_CAPTURE(training_step, nn_f32, "nn", nn::Precision::f32);
BENCHMARK_CAPTURE(training_step, nn_bf16, "nn", nn::Precision::bf16);
BENCHMARK_CAPTURE(training_step, lenet_f32, "lenet", nn::Precision::f32);
BENCHMARK_CAPTURE(training_step, lenet_bf16, "lenet", nn::Precision::bf16);

}  // namespace
