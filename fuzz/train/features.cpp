// The table of a frozen backbone's features, from the cache.

#include <cstdio>

#include "input.hpp"
#include "mutate.hpp"
#include "train/extraction.hpp"
#include "train/feature_cache.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return fuzzing::mutate_and_mend(data, size, most, seed, [](std::string& bytes, unsigned) {
    // The checksums behind the values, where the file is as long as its header says.
    const std::size_t images_at = bytes.find("\"images\":"), features_at = bytes.find("\"features\":");
    std::size_t images = 0, features = 0;
    if (images_at == std::string::npos || features_at == std::string::npos ||
        std::sscanf(bytes.c_str() + images_at, "\"images\":%zu", &images) != 1 ||
        std::sscanf(bytes.c_str() + features_at, "\"features\":%zu", &features) != 1 || images > bytes.size() ||
        features > bytes.size()) {
      return;
    }
    const std::size_t end = ersatz::train::kFeatureHeader + images * features * sizeof(float);
    if (bytes.size() != end + (images + 1) * sizeof(std::uint64_t)) return;
    bytes.resize(end);
    bytes += ersatz::train::feature_checks(std::as_bytes(std::span(bytes)), images, features);
  });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto path = scratch.write("table.features", fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    const ersatz::train::FeatureTable table(path);
    float sum = 0;
    for (std::size_t i = 0; i < table.images(); ++i) {
      fuzzing::one_error_at_most([&] {
        for (const float value : table.row(i)) sum += value;
      });
    }
    [[maybe_unused]] const volatile float all_values_were_read = sum;
  });
  return 0;
}
