#pragma once

#include <cstdint>
#include <vector>

#include "models/method.hpp"
#include "nn/network.hpp"

namespace ersatz::train {

/// A running average of a network's weights, running statistics among them, to which the network is set back now and
/// then (models::Averaging). The network must outlive it.
class WeightAverage {
 public:
  /// The average begins with the weights of now. `total_steps` are those of the whole training.
  WeightAverage(const models::Averaging& averaging, nn::Network& network, std::int64_t total_steps);

  /// Call it after each update of the weights, with the number of updates made.
  void after_step(std::int64_t steps);

  /// average = kept x average + (1 - kept) x weights; then the weights become the average. `kept` in 0..1.
  void update(double kept);

  /// The average, by the names of the weights. For checkpoints.
  nn::NamedTensors state() const;
  /// Throws Error when a tensor is missing or has another shape.
  void set_state(const nn::NamedTensors& state);

 private:
  models::Averaging averaging_;
  nn::Network* network_;
  std::int64_t total_steps_;
  std::vector<nn::Parameter> parameters_;
  std::vector<std::vector<float>> averages_;  ///< in the network's layouts
};

}  // namespace ersatz::train
