#pragma once

#include <cstdint>
#include <string>

namespace ersatz::nn {

/// Stochastic gradient descent as in PyTorch's torch.optim.SGD:
/// v = momentum * v + g;  w -= rate * (nesterov ? g + momentum * v : v).
struct SgdOptions {
  double learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
};

/// Learning rate at a step (from 0) = learning_rate * decay_rate ^ (step / decay_steps), with a
/// continuous exponent (Keras's ExponentialDecay, staircase=False). decay_rate 1 = constant.
struct Schedule {
  double decay_rate = 0.9;
  double decay_steps = 10000;

  double rate(double learning_rate, std::int64_t step) const;
};

}  // namespace ersatz::nn
