#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ersatz::nn {

/// The product of the extents.
std::size_t element_count(const std::vector<std::int64_t>& shape);

/// A dense float32 tensor in row-major order.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Tensors by name, in a fixed order: the weights of a network ("conv1.weight" [out, in, kh, kw],
/// "conv1.bias" [out], "fc1.weight" [out, in], ...), as PyTorch's state_dict has them.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// Throws Error when there is no tensor of that name.
const Tensor& find_tensor(const NamedTensors& tensors, std::string_view name);

}  // namespace ersatz::nn
