// MNIST's files: images and labels, plain or packed with gzip.

#include "data/walk.hpp"
#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parts = fuzzing::parts_of(fuzzing::text_of(data, size));
  constexpr const char* kNames[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"};
  fuzzing::MemoryContainer container;
  for (std::size_t i = 0; i < std::min<std::size_t>(2, parts.size()); ++i) {
    container.add(std::string(kNames[i]) + (parts[i].starts_with("\x1f\x8b") ? ".gz" : ""), parts[i]);
  }
  fuzzing::one_error_at_most([&] { fuzzing::walk(container); });
  return 0;
}
