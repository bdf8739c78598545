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

RunMemory::RunMemory(const models::Classifier& classifier, const models::Method& method, nn::Precision precision) {
  const nn::NetworkSpec& spec = classifier.network;
  const std::size_t weights = weight_bytes(spec);
  image_ = spec.input.size() * sizeof(float);
  networks_ = network_bytes(spec, {method.batching.size, precision, true});
  // Batch normalisation is validated with a network of its own.
  if (nn::has_batch_norm(spec)) networks_ += network_bytes(spec, {kTestBatch, precision, false});
  // The weights of now and the best ones, and both again while a checkpoint is put together; velocities and averaged
  // weights are kept in the network's layout besides.
  std::size_t copies = 4;
  if (method.optimizer.momentum != 0 || method.optimizer.weight_decay != 0) copies += 3;
  if (method.averaging) copies += 3;
  copies_ = copies * weights;
  if (method.whitening) {
    whitened_ = weights;
    whitened_images_ = static_cast<std::size_t>(method.whitening->examples);
  }
  // A test reads the weights from memory or from a file; views of test images are made from a copy of a batch.
  tested_ = 2 * weights + network_bytes(spec, {kTestBatch, nn::Precision::f32, false});
  if (method.views != models::TestViews::plain) tested_ += kTestBatch * image_;
  per_test_ = kPerImage + nn::output_shapes(spec).back().size() * sizeof(float);
}

std::size_t RunMemory::training(const RunImages& images) const {
  const std::size_t whitening = whitened_ + std::min(images.training, whitened_images_) * image_;
  return with_margin(networks_ + std::max(copies_, whitening) + kPerImage * (images.training + images.validation));
}

std::size_t RunMemory::testing(const RunImages& images) const {
  return with_margin(tested_ + per_test_ * images.test + kPerImage * (images.training + images.validation));
}

ExtractionMemory::ExtractionMemory(const models::Backbone& backbone, nn::Precision precision)
    : shared_(weight_bytes(backbone.network)),
      per_thread_(network_bytes(backbone.network, {kFeatureBatch, precision, false}) +
                  kFeatureShard * static_cast<std::size_t>(backbone.features) * sizeof(float)) {}

std::size_t ExtractionMemory::with(unsigned threads) const { return with_margin(shared_ + threads * per_thread_); }

}  // namespace ersatz::train
