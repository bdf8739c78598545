// Implements: what weights are before training. Random numbers depend on (seed, parameter name) alone.

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "models/classifier.hpp"

namespace ersatz::models {
namespace {

void fill_uniform(nn::Tensor& tensor, float limit, const std::string& name, std::uint64_t seed) {
  Random random(seed, "weights " + name);
  for (float& value : tensor.values) value = random.uniform(-limit, limit);
}

// The first filters of a convolution [out, in, k, k] become copies of its inputs, in their order.
void make_partial_identity(nn::Tensor& tensor) {
  const std::int64_t in = tensor.shape[1], area = tensor.shape[2] * tensor.shape[3];
  const std::int64_t copies = std::min(tensor.shape[0], in);
  std::fill_n(tensor.values.begin(), copies * in * area, 0.0F);
  for (std::int64_t i = 0; i < copies; ++i) {
    tensor.values[static_cast<std::size_t>((i * in + i) * area + area / 2)] = 1;
  }
}

}  // namespace

nn::NamedTensors initial_weights(const nn::NetworkSpec& network, std::uint64_t seed, Start start) {
  nn::NamedTensors weights;
  for (const nn::ParameterSpec& spec : nn::parameter_specs(network)) {
    nn::Tensor tensor{spec.shape, std::vector<float>(nn::element_count(spec.shape), 0.0F)};
    if (spec.role == nn::Role::running_var) {
      std::fill(tensor.values.begin(), tensor.values.end(), 1.0F);
    } else if (spec.role == nn::Role::weight) {
      const auto fan_in = static_cast<float>(spec.fan_in), fan_out = static_cast<float>(spec.fan_out);
      const float limit = start == Start::glorot ? std::sqrt(6.0F / (fan_in + fan_out)) : 1 / std::sqrt(fan_in);
      fill_uniform(tensor, limit, spec.name, seed);
      if (start == Start::partial_identity && spec.trained && spec.shape.size() == 4) make_partial_identity(tensor);
    }
    weights.emplace_back(spec.name, std::move(tensor));
  }
  return weights;
}

nn::NamedTensors initial_weights(const Classifier& classifier, std::uint64_t seed) {
  return initial_weights(classifier.network, seed, classifier.start);
}

}  // namespace ersatz::models
