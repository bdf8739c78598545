// A store of images from the cache, or a view with the store that it shows: everything that either holds.

#include "data/image_store.hpp"

#include "data/mend.hpp"
#include "data/store_format.hpp"
#include "input.hpp"
#include "mutate.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return fuzzing::mutate_and_mend(data, size, most, seed, [](std::string& bytes, unsigned choice) {
    std::string mended;
    for (const std::string_view part : fuzzing::parts_of(bytes)) {
      std::string store(part);
      fuzzing::mend_store(store, choice);
      if (part.data() != bytes.data()) mended += fuzzing::kMark;
      mended += store;
    }
    bytes = mended;
  });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto parts = fuzzing::parts_of(fuzzing::text_of(data, size));
  const auto path = scratch.write("store", parts[0]);
  if (parts.size() > 1) scratch.write("parent", parts[1]);
  fuzzing::one_error_at_most([&] {
    const ersatz::data::ImageStore store(path);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < store.size(); ++i) {
      for (const std::uint8_t value : store.unchecked_image(i)) sum += value;
      fuzzing::one_error_at_most([&] { store.image(i); });
      sum += static_cast<std::uint32_t>(store.labels()[i]) + store.file_hash(i) + store.pixel_hash(i);
      sum += store.decoded_hash(i) + store.group_hash(i).value_or(0) + store.file_name(i).size();
      for (const char c : store.file_name(i)) sum += static_cast<std::uint8_t>(c);
    }
    [[maybe_unused]] const volatile std::uint64_t all_bytes_were_read = sum;
    is_intact(store);
  });
  return 0;
}
