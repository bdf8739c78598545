#include "nn/optimizer.hpp"

#include "base/vectorised.hpp"

namespace ersatz::nn {
namespace {

// The loops are limited by memory, not by arithmetic; wider vectors still help on small networks.

[[gnu::always_inline]] inline void descend_plainly(float* value, const float* gradient, std::size_t n, float rate) {
  for (std::size_t i = 0; i < n; ++i) value[i] -= rate * gradient[i];
}

[[gnu::always_inline]] inline void descend_with_momentum(float* value, const float* gradient, float* velocity,
                                                         std::size_t n, float rate, float momentum, bool nesterov) {
  for (std::size_t i = 0; i < n; ++i) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    value[i] -= rate * (nesterov ? gradient[i] + momentum * velocity[i] : velocity[i]);
  }
}

[[gnu::always_inline]] inline void descend_with_decay(float* value, const float* gradient, float* velocity,
                                                      std::size_t n, float rate, float momentum, bool nesterov,
                                                      float decay) {
  for (std::size_t i = 0; i < n; ++i) {
    const float g = gradient[i] + decay * value[i];
    velocity[i] = momentum * velocity[i] + g;
    value[i] -= rate * (nesterov ? g + momentum * velocity[i] : velocity[i]);
  }
}

}  // namespace

Sgd::Sgd(Network& network, const SgdOptions& options)
    : network_(&network), options_(options), parameters_(network.parameters()) {
  if (options_.momentum == 0 && options_.weight_decay == 0) return;
  for (const Parameter& parameter : parameters_) {
    velocities_.emplace_back(parameter.gradient.empty() ? 0 : parameter.value.size(), 0.0F);
  }
}

void Sgd::step(double rate) {
  descend(rate);
  network_->weights_changed();
}

void Sgd::descend(double rate) {
  const auto momentum = static_cast<float>(options_.momentum);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (parameter.gradient.empty()) continue;
    const std::size_t n = parameter.value.size();
    const double factor = parameter.role == Role::norm_bias ? options_.norm_bias_factor : 1;
    const auto own_rate = static_cast<float>(rate * factor);
    if (velocities_.empty()) {
      vectorised<descend_plainly>(parameter.value.data(), parameter.gradient.data(), n, own_rate);
    } else if (options_.weight_decay == 0) {
      vectorised<descend_with_momentum>(parameter.value.data(), parameter.gradient.data(), velocities_[i].data(), n,
                                        own_rate, momentum, options_.nesterov);
    } else {
      vectorised<descend_with_decay>(parameter.value.data(), parameter.gradient.data(), velocities_[i].data(), n,
                                     own_rate, momentum, options_.nesterov,
                                     static_cast<float>(options_.weight_decay / factor));
    }
  }
}

void Sgd::freeze(const std::string& name) {
  network_->freeze(name);  // throws for an unknown name
  for (Parameter& parameter : parameters_) {
    if (parameter.name == name) parameter.gradient = {};
  }
}

NamedTensors Sgd::state() const {
  NamedTensors tensors;
  for (std::size_t i = 0; i < velocities_.size(); ++i) {
    if (!velocities_[i].empty()) tensors.emplace_back(parameters_[i].name, network_->to_tensor(i, velocities_[i]));
  }
  return tensors;
}

void Sgd::set_state(const NamedTensors& state) {
  for (std::size_t i = 0; i < velocities_.size(); ++i) {
    if (!velocities_[i].empty()) network_->from_tensor(i, find_tensor(state, parameters_[i].name), velocities_[i]);
  }
}

}  // namespace ersatz::nn
