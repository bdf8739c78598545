#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nn/network_spec.hpp"
#include "nn/precision.hpp"
#include "nn/tensor.hpp"

namespace ersatz::nn {

/// What a network is compiled for. Outputs, weights and their gradients are f32 in every precision.
struct NetworkOptions {
  int batch = 64;                        ///< examples a forward pass takes
  Precision precision = Precision::f32;  ///< of the layers' arithmetic
  bool training = false;                 ///< false: forward only
  bool input_gradients = false;          ///< in training: backward() computes the input's gradient, too
};

/// A tensor of the weights in the network's own layout (padding included, always zero), for optimisers that
/// update element by element.
struct Parameter {
  std::string name;  ///< as in weights()
  std::span<float> value;
  std::span<const float> gradient;  ///< empty for what is not trained: frozen weights and running statistics
  Role role = Role::weight;
};

/// How long one step of a network takes.
struct StepTime {
  std::string name;    ///< "conv1 backward weights"
  double seconds = 0;  ///< median of its repetitions
  double flops = 0;    ///< nominal, of the whole batch: 2 x multiplications; 0 where values are only moved
};

/// What memory_bytes() of such a network is, made in this thread, without its memory being taken: milliseconds, however
/// large it is. Throws as the network does.
std::size_t memory_bytes(const NetworkSpec& spec, const NetworkOptions& options);

/// A NetworkSpec compiled for one batch size: all primitives, layouts and memory exist before the
/// first pass. Not thread-safe; one network belongs to one thread.
///
/// A network with batch normalisation that was compiled for training normalises with the batch it is given, all rows of
/// it, and every forward() updates its running statistics: give it whole batches of training examples only.
class Network {
 public:
  /// Weights are zero until set_weights(). Throws Error when layers do not fit together.
  Network(const NetworkSpec& spec, const NetworkOptions& options);
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  int batch() const;
  /// How many numbers forward() computes per example: for a classifier, the number of classes.
  int output_size() const;
  /// Bytes that it holds: activations, gradients, weights in every layout, and what oneDNN works in.
  std::size_t memory_bytes() const;

  /// Where the caller writes a batch: [batch, channels, height, width]. Without batch normalisation rows that are not
  /// used may hold anything finite; give them zero output gradients.
  std::span<float> input();
  /// input() -> outputs().
  void forward();
  /// [batch, output_size()] of the last forward(): a classifier's logits.
  std::span<const float> outputs() const;

  /// Where the loss writes its gradient with respect to outputs(). Only in training, like backward().
  std::span<float> output_gradients();
  /// output_gradients() -> the gradient of every parameter, for the last forward().
  void backward();
  /// [batch, channels, height, width], the gradient with respect to input() of the last backward(). Only with
  /// NetworkOptions::input_gradients.
  std::span<const float> input_gradients() const;
  /// From now on backward() skips what only this parameter's gradient needs; the gradient keeps its last values. Throws
  /// Error when there is no such parameter.
  void freeze(const std::string& name);

  /// In the order of parameter_specs(). After values were changed, call weights_changed().
  std::vector<Parameter> parameters();
  void weights_changed();

  /// Times every step of forward(), and when training of backward() and weights_changed(), over `repetitions` whole
  /// passes.
  std::vector<StepTime> time_steps(int repetitions);

  /// Copies of all weights (running statistics among them), or of the gradients of what is trained, in PyTorch's
  /// names, shapes and order.
  NamedTensors weights() const;
  NamedTensors gradients() const;
  /// Throws Error when a name is missing or a shape differs.
  void set_weights(const NamedTensors& weights);
  /// Sets one of them and leaves the others as they are. Throws Error when there is no such parameter or its shape
  /// differs.
  void set_weight(const std::string& name, const Tensor& tensor);

  /// Converts values in the layout of parameter `i` (an optimiser's state) to its plain tensor, and back.
  Tensor to_tensor(std::size_t i, std::span<const float> values) const;
  void from_tensor(std::size_t i, const Tensor& tensor, std::span<float> values) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ersatz::nn
