// A Keras file of weights, through the HDF5 library.
//
// That library crashes on damaged files, which is why the program reads them in a child process. Here they are read in
// this process, where libFuzzer sees which code an input reaches; with ERSATZ_FUZZ_ISOLATED=1 in a child, as the
// program does. scripts/fuzz keeps of what crashes here only what is a finding there, too.

#include "nn/keras_file.hpp"

#include <cstdlib>

#include "base/files.hpp"
#include "base/isolated.hpp"
#include "input.hpp"

namespace {

namespace fuzzing = ersatz::fuzzing;

/// What the files of the corpus hold.
ersatz::nn::NamedTensors read(const std::filesystem::path& path) {
  std::vector<ersatz::nn::ParameterSpec> wanted(4);
  wanted[0].name = "conv.weight", wanted[0].shape = {2, 3, 1, 1};
  wanted[1].name = "conv.bias", wanted[1].shape = {2};
  wanted[2].name = "dense.weight", wanted[2].shape = {2, 3};
  wanted[3].name = "dense.bias", wanted[3].shape = {2};
  const ersatz::MappedFile file(path);
  return ersatz::nn::read_keras(file.text(), path, wanted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  static const bool isolated = std::getenv("ERSATZ_FUZZ_ISOLATED") != nullptr;
  const auto path = scratch.write("weights.h5", fuzzing::text_of(data, size));
  if (!ersatz::nn::is_hdf5(path)) return 0;
  fuzzing::one_error_at_most([&] {
    if (isolated) {
      ersatz::run_isolated([&] { read(path); }, {.cpu_seconds = 10});
    } else {
      read(path);
    }
  });
  return 0;
}
