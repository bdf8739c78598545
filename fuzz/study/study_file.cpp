// A study file.

#include "study/study_file.hpp"

#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto path = scratch.write("study.toml", fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    const ersatz::study::Study study = ersatz::study::read_study(path);
    fuzzing::require(!study.training_sets.empty() && !study.classifiers.empty());
    fuzzing::require(ersatz::study::is_plain_name(study.name));
  });
  return 0;
}
