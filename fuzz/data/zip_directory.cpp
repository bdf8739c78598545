// How many files the directory of a zip names, and what is read of zips without libarchive.

#include "data/import/zip_directory.hpp"

#include "data/import/byte_stream.hpp"
#include "data/mend.hpp"
#include "input.hpp"
#include "mutate.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return fuzzing::mutate_and_mend(data, size, most, seed, fuzzing::mend_zip);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view zip = fuzzing::text_of(data, size);
  const bool one = ersatz::data::zip_names_more_than(0, zip);
  fuzzing::require(one || !ersatz::data::zip_names_more_than(2, zip));
  fuzzing::one_error_at_most([&] {
    const std::size_t members = ersatz::data::zip_members(zip).size();
    for (std::size_t member = 0; member < members; ++member) {
      fuzzing::one_error_at_most([&] {
        const auto stream = ersatz::data::unzip(zip, member);
        char block[4096];
        for (int i = 0; i < 256 && stream->read(block, sizeof block) == sizeof block; ++i) {
        }
      });
    }
  });
  return 0;
}
