// A matrix of predictions as NumPy writes it.

#include "base/npy.hpp"

#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto path = scratch.write("matrix.npy", fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    const ersatz::NpyShape shape = ersatz::read_npy_shape(path);
    const ersatz::Matrix matrix = ersatz::read_npy(path);
    fuzzing::require(matrix.rows == shape.rows && matrix.columns == shape.columns);
    fuzzing::require(matrix.values.size() == shape.rows * shape.columns);
  });
  return 0;
}
