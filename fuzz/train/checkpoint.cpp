// The checkpoint of a run that was interrupted.

#include "train/checkpoint.hpp"

#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto path = scratch.write("checkpoint", fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    const auto checkpoint = ersatz::train::read_checkpoint(path);
    fuzzing::require(checkpoint.has_value());
    ersatz::train::can_continue(*checkpoint, ersatz::nn::Precision::f32);
    // Three rounds of two batches, as in the corpus.
    ersatz::models::Method method;
    method.batching.size = 2;
    method.budget = ersatz::models::EpochBudget{3, 0};
    ersatz::train::require_possible(*checkpoint, method, 4);
  });
  return 0;
}
