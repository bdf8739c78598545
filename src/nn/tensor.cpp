#include "nn/tensor.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace ersatz::nn {

std::size_t element_count(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  return count;
}

const Tensor& find_tensor(const NamedTensors& tensors, std::string_view name) {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const auto& entry) { return entry.first == name; });
  if (found == tensors.end()) throw Error("there is no tensor \"" + std::string(name) + "\" among the weights");
  return found->second;
}

}  // namespace ersatz::nn
