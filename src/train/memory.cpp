#include "train/memory.hpp"

#include <algorithm>
#include <exception>
#include <thread>

#include "data/selection.hpp"
#include "nn/network.hpp"
#include "nn/tensor.hpp"
#include "train/extraction.hpp"
#include "train/predict.hpp"

namespace ersatz::train {
namespace {

constexpr std::size_t kProcess = 12'000'000;  // of a worker before it trains anything, oneDNN's own code among it

// A chosen image with its label and its place in the order of an epoch.
constexpr std::size_t kPerImage = sizeof(data::ImageReference) + sizeof(std::int32_t) + sizeof(std::uint32_t);

std::size_t with_margin(std::size_t bytes) {
  return kProcess + static_cast<std::size_t>(static_cast<double>(bytes) * (1 + kMemoryMargin));
}

// What a network takes in a worker: primitives made for one computing thread are others than those for several.
std::size_t network_bytes(const nn::NetworkSpec& spec, const nn::NetworkOptions& options) {
  std::size_t bytes = 0;
  std::exception_ptr problem;
  std::thread([&] {
    try {
      nn::set_thread_count(1);
      bytes = nn::memory_bytes(spec, options);
    } catch (...) {
      problem = std::current_exception();
    }
  }).join();
  if (problem) std::rethrow_exception(problem);
  return bytes;
}

std::size_t weight_bytes(const nn::NetworkSpec& spec) {
  std::size_t bytes = 0;
  for (const nn::ParameterSpec& parameter : nn::parameter_specs(spec)) {
    bytes += nn::element_count(parameter.shape) * sizeof(float);
  }
  return bytes;
}

}  // namespace

RunMemory run_memory(const models::Classifier& classifier, const models::Method& method, nn::Precision precision,
                     const RunImages& images) {
  const nn::NetworkSpec& spec = classifier.network;
  const std::size_t weights = weight_bytes(spec), image = spec.input.size() * sizeof(float);
  const std::size_t chosen = kPerImage * (images.training + images.validation);

  std::size_t training = network_bytes(spec, {method.batching.size, precision, true});
  // Batch normalisation is validated with a network of its own.
  if (nn::has_batch_norm(spec)) training += network_bytes(spec, {kTestBatch, precision, false});
  // The weights of now and the best ones, and both again while a checkpoint is put together; velocities and averaged
  // weights are kept in the network's layout besides.
  std::size_t copies = 4;
  if (method.optimizer.momentum != 0 || method.optimizer.weight_decay != 0) copies += 3;
  if (method.averaging) copies += 3;
  std::size_t besides = copies * weights;
  if (method.whitening) {
    const auto examples = static_cast<std::size_t>(method.whitening->examples);
    besides = std::max(besides, weights + std::min(images.training, examples) * image);
  }

  // A test reads the weights from memory or from a file; views of test images are made from a copy of a batch.
  std::size_t testing = 2 * weights + network_bytes(spec, {kTestBatch, nn::Precision::f32, false});
  if (method.views != models::TestViews::plain) testing += kTestBatch * image;
  const std::size_t classes = nn::output_shapes(spec).back().size();
  testing += images.test * (kPerImage + classes * sizeof(float));
  return {with_margin(training + besides + chosen), with_margin(testing + chosen)};
}

std::size_t extraction_memory(const models::Backbone& backbone, nn::Precision precision, unsigned threads) {
  const std::size_t network = network_bytes(backbone.network, {kFeatureBatch, precision, false});
  const std::size_t rows = kFeatureShard * static_cast<std::size_t>(backbone.features) * sizeof(float);
  return with_margin(weight_bytes(backbone.network) + threads * (network + rows));
}

}  // namespace ersatz::train
