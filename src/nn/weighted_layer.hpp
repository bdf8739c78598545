#pragma once

#include <string>
#include <vector>

#include "nn/program.hpp"

namespace ersatz::nn {

/// What convolutions and dense layers have in common while they are compiled: weights, perhaps a bias, and the steps
/// that read and write them. This header is private to the room.
class WeightedLayer {
 public:
  /// `specs` are the weights and, where the layer has one, the bias; `output` is the shape of what it computes.
  WeightedLayer(Compiler& compiler, std::string name, const std::vector<ParameterSpec>& specs, const Shape& output);

  /// How the bias lies in memory; empty without one.
  Desc bias_desc() const;
  /// The nominal FLOPs of one pass.
  double flops() const { return flops_; }

  /// Adds the parameters to the program: before any of the steps below. The gradient of the weights is written in
  /// `layout` (f32).
  void add_parameters(const Desc& layout);
  const CompiledParameter& weights() const { return weights_; }
  /// Its memory is empty without a bias.
  const CompiledParameter& bias() const { return bias_; }

  // Steps that run an oneDNN primitive, which reads the weights as `weights` says.

  void add_forward(const dnnl::primitive& primitive, const Desc& weights, const dnnl::memory& src,
                   const dnnl::memory& dst);
  void add_backward_data(const dnnl::primitive& primitive, const Desc& weights, const dnnl::memory& diff_dst,
                         const dnnl::memory& diff_src);
  /// The gradients of weights, written to `diff_weights`, and of the bias.
  void add_backward_weights(const dnnl::primitive& primitive, const dnnl::memory& src, const dnnl::memory& diff_dst,
                            const dnnl::memory& diff_weights);

 private:
  Compiler& compiler_;
  std::string name_;
  std::vector<ParameterSpec> specs_;
  double flops_;
  CompiledParameter weights_, bias_;
};

}  // namespace ersatz::nn
