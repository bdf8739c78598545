// NumPy's arrays with images: a .npz, or a .npy with images and one with labels.

#include "data/mend.hpp"
#include "data/walk.hpp"
#include "input.hpp"
#include "mutate.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return fuzzing::mutate_and_mend(data, size, most, seed, fuzzing::mend_zip);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parts = fuzzing::parts_of(fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    fuzzing::MemoryContainer container;
    if (parts.size() == 1) {
      container.add("images.npz", parts[0]);
    } else {
      container.add("images.npy", parts[0]);
      container.add("labels.npy", parts[1]);
    }
    fuzzing::walk(container);
  });
  return 0;
}
