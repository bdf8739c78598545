#pragma once

#include <cstdint>
#include <vector>

#include "nn/network_spec.hpp"
#include "nn/tensor.hpp"

namespace ersatz::nn::testing {

/// A network in double precision, written as the formulas read: slow, and simple enough to trust.
/// Its gradients are themselves checked against finite differences of its loss. Batch normalisation is as in training.
class ReferenceNetwork {
 public:
  ReferenceNetwork(const NetworkSpec& spec, const NamedTensors& weights);

  /// Mean cross-entropy of `labels` for `input` [n, c, h, w]; keeps what gradients() needs.
  double loss(const std::vector<float>& input, const std::vector<std::int32_t>& labels);
  const std::vector<double>& logits() const { return activations_.back(); }
  /// One vector per parameter, in the order of parameter_specs(), for the last loss(); of running statistics zeros.
  std::vector<std::vector<double>> gradients() const { return backward().parameters; }
  /// [n, c, h, w], for the last loss().
  std::vector<double> input_gradients() const { return backward().input; }

  std::vector<std::vector<double>>& parameters() { return parameters_; }

 private:
  struct Gradients {
    std::vector<std::vector<double>> parameters;
    std::vector<double> input;
  };
  Gradients backward() const;

  NetworkSpec spec_;
  std::vector<Shape> shapes_;                     ///< before layer i; the last one is the logits'
  std::vector<std::vector<double>> parameters_;   ///< in the order of parameter_specs()
  std::vector<std::vector<double>> activations_;  ///< before layer i; the last one is the logits
  std::vector<std::int32_t> labels_;
};

}  // namespace ersatz::nn::testing
