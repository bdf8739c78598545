// A model.safetensors from elsewhere: what is read fits the network that it says it is of.

#include "study/trained_model.hpp"

#include <algorithm>
#include <cmath>

#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto path = scratch.write("model.safetensors", fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    const auto model = ersatz::study::read_trained_model(path, {{}, scratch.path(), std::nullopt});
    const auto shapes = ersatz::nn::output_shapes(model.whole.network);
    fuzzing::require(shapes.back().size() == model.classes.size());
    for (const auto& parameter : ersatz::nn::parameter_specs(model.whole.network)) {
      const auto& tensor = ersatz::nn::find_tensor(model.whole.weights, parameter.name);
      fuzzing::require(tensor.shape == parameter.shape);
      fuzzing::require(std::ranges::all_of(tensor.values, [](float value) { return std::isfinite(value); }));
    }
  });
  return 0;
}
