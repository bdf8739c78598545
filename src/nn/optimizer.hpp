#pragma once

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
