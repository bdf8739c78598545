// history.csv: what is read of it is written and read again as the same.

#include "train/history.hpp"

#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzzing::one_error_at_most([&] {
    const ersatz::train::History history = ersatz::train::history_from_csv(fuzzing::text_of(data, size));
    const std::string text = ersatz::train::history_to_csv(history);
    fuzzing::require(ersatz::train::history_to_csv(ersatz::train::history_from_csv(text)) == text);
  });
  return 0;
}
