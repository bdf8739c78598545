// A Keras file of weights, through the HDF5 library.
//
// That library crashes on damaged files, which is why the program reads them in a child process. Here they are read in
// this process, where libFuzzer sees which code an input reaches; with ERSATZ_FUZZ_ISOLATED=1 in a child, as the
// program does. scripts/fuzz keeps of what crashes here only what is a finding there, too.

#include "nn/keras_file.hpp"

#include <cstdlib>

#include "base/isolated.hpp"
#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  static const bool isolated = std::getenv("ERSATZ_FUZZ_ISOLATED") != nullptr;
  const auto path = scratch.write("weights.h5", fuzzing::text_of(data, size));
  if (!ersatz::nn::is_hdf5(path)) return 0;
  fuzzing::one_error_at_most([&] {
    if (isolated) {
      ersatz::run_isolated([&] { ersatz::nn::read_keras_file(path); }, {10});
    } else {
      ersatz::nn::read_keras_file(path);
    }
  });
  return 0;
}
