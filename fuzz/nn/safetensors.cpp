// A safetensors file: tensors with their shapes, and metadata.

#include "nn/safetensors.hpp"

#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto path = scratch.write("weights.safetensors", fuzzing::text_of(data, size));
  ersatz::nn::read_safetensors_metadata(path);
  fuzzing::one_error_at_most([&] {
    for (const auto& [name, tensor] : ersatz::nn::read_safetensors(path).tensors) {
      std::uint64_t values = 1;
      for (const std::int64_t n : tensor.shape) values *= static_cast<std::uint64_t>(n);
      fuzzing::require(values == tensor.values.size());
    }
  });
  return 0;
}
