// A line between the process that runs a study and a worker, in either direction; and a job's data set, whose stores
// are looked for.

#include "study/worker_protocol.hpp"

#include "base/json.hpp"
#include "data/data_set.hpp"
#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line(fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    const std::string text = to_line(ersatz::study::update_from_line(line));
    fuzzing::require(to_line(ersatz::study::update_from_line(text)) == text);
  });
  fuzzing::one_error_at_most([&] {
    const ersatz::study::WorkerJob job = ersatz::study::job_from_line(line);
    fuzzing::require(to_line(ersatz::study::job_from_line(to_line(job))) == to_line(job));
    ersatz::data::reopen_data_set(job.data_manifest);
  });
  return 0;
}
