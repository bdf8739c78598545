// The table of a frozen backbone's features, from the cache.

#include "input.hpp"
#include "train/feature_cache.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto path = scratch.write("table.features", fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    const ersatz::train::FeatureTable table(path);
    float sum = 0;
    for (std::size_t i = 0; i < table.images(); ++i) {
      for (const float value : table.row(i)) sum += value;
    }
    [[maybe_unused]] const volatile float all_values_were_read = sum;
  });
  return 0;
}
