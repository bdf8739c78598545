#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ersatz::nn {

enum class Padding { same, none };

/// Convolution, stride 1, with "same" zero padding (odd kernels) or none. Parameters `name.weight`
/// [out, in, kernel, kernel] and, with `bias`, `name.bias` [out]. With `relu` the activation is part of it. `frozen`
/// weights are set and never trained; the bias is.
struct Conv2d {
  std::string name;
  int out_channels = 0;
  int kernel = 3;
  bool relu = false;
  Padding padding = Padding::same;
  bool bias = true;
  bool frozen = false;
};

/// Batch normalisation of channels without a factor, with bias (Ioffe & Szegedy 2015, arXiv 1502.03167):
/// (x - mean) / sqrt(variance + epsilon) + bias. Parameter `name.bias` [channels]. Networks that are trained take mean
/// and variance from the batch, all rows of it, and update `name.running_mean` and `name.running_var` [channels] by
/// running = (1 - momentum) running + momentum x batch, the variance with n - 1, as PyTorch does; others take the
/// running ones. With `gelu` the activation is part of it. It reads the output of a convolution or a pooling.
struct BatchNorm {
  std::string name;
  double momentum = 0.1;
  double epsilon = 1e-5;
  bool gelu = false;
};

/// x times the standard normal's distribution function at x (Hendrycks & Gimpel 2016, arXiv 1606.08415), not the
/// approximation by tanh.
struct Gelu {};

/// Max pooling over windows of `size` x `size` with stride `size`; what does not fill a window at
/// the right and lower edge is dropped.
struct MaxPool {
  int size = 2;
};

/// The mean over height and width: [n, c, h, w] -> [n, c].
struct GlobalAveragePool {};

/// The maximum over height and width: [n, c, h, w] -> [n, c].
struct GlobalMaxPool {};

/// [n, c, h, w] -> [n, c*h*w], in that order.
struct Flatten {};

/// Fully connected. Parameters `name.weight` [out, in] and, with `bias`, `name.bias` [out].
struct Dense {
  std::string name;
  int out_features = 0;
  bool relu = false;
  bool bias = true;
};

/// Logits times a constant. Only as the last layer, after Dense.
struct Scale {
  double factor = 1;
};

/// One number z as the logits of two classes, -z/2 and z/2: their softmax is the logistic function of z, and their
/// cross-entropy its binary one. Only as the last layer, after a Dense with one output.
struct TwoLogits {};

using LayerSpec =
    std::variant<Conv2d, BatchNorm, Gelu, MaxPool, GlobalAveragePool, GlobalMaxPool, Flatten, Dense, Scale, TwoLogits>;

/// Channels, height, width of one example. After global pooling, Flatten or Dense: {features, 1, 1}.
struct Shape {
  int channels = 0, height = 0, width = 0;
  bool operator==(const Shape&) const = default;
  std::size_t size() const { return static_cast<std::size_t>(channels) * height * width; }
};

/// A feed-forward network as data: what it reads and its layers in order. A classifier ends with Dense, or Dense and
/// Scale or TwoLogits, and gives the logits of the classes; softmax belongs to the loss. Networks that are not
/// trained may end with any layer.
struct NetworkSpec {
  Shape input;
  std::vector<LayerSpec> layers;
};

/// Whether the network has batch normalisation, which reads other statistics in training than in tests.
bool has_batch_norm(const NetworkSpec& spec);

/// The shape after each layer. Throws Error when a layer does not fit its input.
std::vector<Shape> output_shapes(const NetworkSpec& spec);

/// What a tensor of a network's weights is for.
enum class Role { weight, bias, norm_bias, running_mean, running_var };

/// Name and shape of every tensor of the weights, in the order of the layers, as PyTorch has them.
struct ParameterSpec {
  std::string name;
  std::vector<std::int64_t> shape;
  int fan_in = 0, fan_out = 0;  ///< as Glorot counts them; 0 for all but weights
  Role role = Role::weight;
  std::size_t layer = 0;  ///< index into NetworkSpec::layers
  bool trained = true;    ///< false for frozen weights and running statistics: they have no gradient
};
std::vector<ParameterSpec> parameter_specs(const NetworkSpec& spec);

}  // namespace ersatz::nn
