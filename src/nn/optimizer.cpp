#include "nn/optimizer.hpp"

#include <cmath>

#include "base/every_isa.hpp"

namespace ersatz::nn {
namespace {

// The loops are limited by memory, not by arithmetic; wider vectors still help on small networks.

ERSATZ_EVERY_ISA void descend_plainly(float* value, const float* gradient, std::size_t n, float rate) {
  for (std::size_t i = 0; i < n; ++i) value[i] -= rate * gradient[i];
}

ERSATZ_EVERY_ISA void descend_with_momentum(float* value, const float* gradient, float* velocity, std::size_t n,
                                            float rate, float momentum, bool nesterov) {
  for (std::size_t i = 0; i < n; ++i) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    value[i] -= rate * (nesterov ? gradient[i] + momentum * velocity[i] : velocity[i]);
  }
}

}  // namespace

double Schedule::rate(double learning_rate, std::int64_t step) const {
  return learning_rate * std::pow(decay_rate, static_cast<double>(step) / decay_steps);
}

Sgd::Sgd(Network& network, const SgdOptions& options)
    : network_(&network), options_(options), parameters_(network.parameters()) {
  if (options_.momentum == 0) return;
  for (const Parameter& parameter : parameters_) velocities_.emplace_back(parameter.value.size(), 0.0F);
}

void Sgd::step(double rate) {
  descend(rate);
  network_->weights_changed();
}

void Sgd::descend(double rate) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (velocities_.empty()) {
      descend_plainly(parameter.value.data(), parameter.gradient.data(), parameter.value.size(),
                      static_cast<float>(rate));
    } else {
      descend_with_momentum(parameter.value.data(), parameter.gradient.data(), velocities_[i].data(),
                            parameter.value.size(), static_cast<float>(rate), static_cast<float>(options_.momentum),
                            options_.nesterov);
    }
  }
}

NamedTensors Sgd::state() const {
  NamedTensors tensors;
  if (velocities_.empty()) return tensors;
  const NamedTensors weights = network_->weights();
  for (std::size_t i = 0; i < velocities_.size(); ++i) {
    tensors.emplace_back(weights[i].first, network_->to_tensor(i, velocities_[i]));
  }
  return tensors;
}

void Sgd::set_state(const NamedTensors& state) {
  if (velocities_.empty()) return;
  const NamedTensors weights = network_->weights();
  for (std::size_t i = 0; i < velocities_.size(); ++i) {
    network_->from_tensor(i, find_tensor(state, weights[i].first), velocities_[i]);
  }
}

}  // namespace ersatz::nn
