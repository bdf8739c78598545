// What an output folder says of its study and its runs: the same bytes as run.json and as study.json. A record of a run
// that was read is written and read again as the same run.

#include "study/run_record.hpp"

#include "input.hpp"
#include "study/output_layout.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const std::string_view text = fuzzing::text_of(data, size);
  scratch.write(ersatz::study::study_file("").string(), text);
  scratch.write(ersatz::study::run_file("").string(), text);
  fuzzing::one_error_at_most([&] { ersatz::study::read_study_record(scratch.path()); });
  fuzzing::one_error_at_most([&] {
    const ersatz::study::RunRecord record = ersatz::study::read_run_record(scratch.path());
    const std::string id = record.spec.id();
    ersatz::study::write_run_record(record);
    fuzzing::require(ersatz::study::read_run_record(scratch.path()).spec.id() == id);
  });
  return 0;
}
