#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/network.hpp"

namespace ersatz::nn {

/// Stochastic gradient descent as torch.optim.SGD has it:
/// g += weight_decay * w;  v = momentum * v + g;  w -= rate * (nesterov ? g + momentum * v : v).
/// The biases of batch normalisation learn at norm_bias_factor * rate, with weight_decay / norm_bias_factor.
struct SgdOptions {
  double learning_rate = 0.01;
  double momentum = 0;  ///< in [0, 1)
  bool nesterov = false;
  double weight_decay = 0;
  double norm_bias_factor = 1;
};

/// Learning rate at a step (from 0) = learning_rate * decay_rate ^ (step / decay_steps), with a
/// continuous exponent (Keras's ExponentialDecay, staircase=False). decay_rate 1 = constant.
struct Schedule {
  double decay_rate = 0.9;
  double decay_steps = 10000;

  double rate(double learning_rate, std::int64_t step) const;
};

/// A rate that rises linearly from `start` x learning_rate to learning_rate at the share `peak` of all steps, and then
/// falls to `end` x learning_rate.
struct Triangle {
  double start = 0.2, peak = 0.23, end = 0.07;

  double rate(double learning_rate, std::int64_t step, std::int64_t steps) const;
};

/// Updates a network's weights from its gradients. The network must outlive it.
class Sgd {
 public:
  Sgd(Network& network, const SgdOptions& options);

  /// One update at this learning rate, after which the network is ready for forward().
  void step(double rate);
  /// The update alone, without making the network ready: what it costs can be measured by itself.
  void descend(double rate);
  /// From now on the parameter stays as it is, and its gradient is not computed.
  void freeze(const std::string& name);

  /// The velocities, by the names of their parameters; empty without momentum. For checkpoints.
  NamedTensors state() const;
  /// Throws Error when a tensor is missing or has another shape.
  void set_state(const NamedTensors& state);

 private:
  Network* network_;
  SgdOptions options_;
  std::vector<Parameter> parameters_;           ///< those that stay as they are have no gradient
  std::vector<std::vector<float>> velocities_;  ///< in the network's layouts; empty without momentum
};

}  // namespace ersatz::nn
