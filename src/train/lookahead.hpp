#pragma once

#include <vector>

#include "nn/network.hpp"

namespace ersatz::train {

/// A running average of a network's weights, running statistics among them, to which the network is set back now and
/// then (Zhang et al. 2019, arXiv 1907.08610). The network must outlive it.
class Lookahead {
 public:
  /// The average begins with the weights of now.
  explicit Lookahead(nn::Network& network);

  /// average = kept x average + (1 - kept) x weights; then the weights become the average. `kept` in 0..1.
  void update(double kept);

  /// The average, by the names of the weights. For checkpoints.
  nn::NamedTensors state() const;
  /// Throws Error when a tensor is missing or has another shape.
  void set_state(const nn::NamedTensors& state);

 private:
  nn::Network* network_;
  std::vector<nn::Parameter> parameters_;
  std::vector<std::vector<float>> averages_;  ///< in the network's layouts
};

}  // namespace ersatz::train
