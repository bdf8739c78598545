#include "nn/tensor_check.hpp"

#include <fmt/format.h>

#include <span>

#include "base/hash.hpp"

namespace ersatz::nn {

std::string tensor_check(const NamedTensors& tensors) {
  std::uint64_t sum = 0;
  for (const auto& [name, tensor] : tensors) {
    sum = checksum(std::as_bytes(std::span(name)), sum);
    sum = checksum(std::as_bytes(std::span(tensor.shape)), sum);
    sum = checksum(std::as_bytes(std::span(tensor.values)), sum);
  }
  return fmt::format("{:016x}", sum);
}

}  // namespace ersatz::nn
