#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ersatz::nn {

/// Convolution, stride 1, "same" zero padding (odd kernels), with bias. Parameters `name.weight`
/// [out, in, kernel, kernel] and `name.bias` [out]. With `relu` the activation is part of it.
struct Conv2d {
  std::string name;
  int out_channels = 0;
  int kernel = 3;
  bool relu = false;
};

/// Max pooling over windows of `size` x `size` with stride `size`; what does not fill a window at
/// the right and lower edge is dropped.
struct MaxPool {
  int size = 2;
};

/// The mean over height and width: [n, c, h, w] -> [n, c].
struct GlobalAveragePool {};

/// [n, c, h, w] -> [n, c*h*w], in that order.
struct Flatten {};

/// Fully connected, with bias. Parameters `name.weight` [out, in] and `name.bias` [out].
struct Dense {
  std::string name;
  int out_features = 0;
  bool relu = false;
};

using LayerSpec = std::variant<Conv2d, MaxPool, GlobalAveragePool, Flatten, Dense>;

/// Channels, height, width of one example. After GlobalAveragePool, Flatten or Dense: {features, 1, 1}.
struct Shape {
  int channels = 0, height = 0, width = 0;
  bool operator==(const Shape&) const = default;
  std::size_t size() const { return static_cast<std::size_t>(channels) * height * width; }
};

/// A feed-forward network as data: what it reads and its layers in order. A classifier's last layer
/// is Dense and gives the logits of the classes; softmax belongs to the loss. Networks that are not
/// trained may end with any layer.
struct NetworkSpec {
  Shape input;
  std::vector<LayerSpec> layers;
};

/// The shape behind each layer. Throws Error when a layer does not fit what it is given.
std::vector<Shape> output_shapes(const NetworkSpec& spec);

/// Name and shape of every parameter tensor, in the order of the layers, as PyTorch has them.
struct ParameterSpec {
  std::string name;
  std::vector<std::int64_t> shape;
  int fan_in = 0, fan_out = 0;  ///< as Glorot counts them; 0 for biases
};
std::vector<ParameterSpec> parameter_specs(const NetworkSpec& spec);

}  // namespace ersatz::nn
