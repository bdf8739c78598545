// The binary versions of CIFAR-10 and CIFAR-100: records, and the names of the classes.

#include "data/walk.hpp"
#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parts = fuzzing::parts_of(fuzzing::text_of(data, size));
  for (const bool fine : {false, true}) {
    fuzzing::MemoryContainer container;
    container.add(fine ? "train.bin" : "data_batch_1.bin", parts[0]);
    if (parts.size() > 1) container.add(fine ? "fine_label_names.txt" : "batches.meta.txt", parts[1]);
    fuzzing::one_error_at_most([&] { fuzzing::walk(container); });
  }
  return 0;
}
