// A zip or a tar, plain or packed: what it lists, what every file holds, and the images that an import makes of it.

#include "data/codec/resize.hpp"
#include "data/mend.hpp"
#include "data/walk.hpp"
#include "input.hpp"
#include "mutate.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return fuzzing::mutate_and_mend(data, size, most, seed, [](std::string& bytes, unsigned choice) {
    fuzzing::mend_zip(bytes, choice);
    fuzzing::mend_tar(bytes, choice);
  });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  const auto path = scratch.write("archive", fuzzing::text_of(data, size));
  fuzzing::one_error_at_most([&] {
    const auto container = ersatz::data::open_container(path);
    const auto& files = container->files();
    for (const auto& file : files) fuzzing::require(!file.path.starts_with('/') && !file.path.starts_with("../"));
    container->read(std::vector<bool>(files.size(), true), [&](std::size_t index, const auto& content) {
      fuzzing::require(!content.problem.empty() || content.bytes.size() == files.at(index).size);
    });
    ersatz::data::ImportOptions options;
    options.resize = ersatz::data::Resize{{8, 8}};
    fuzzing::walk(*container, options);
  });
  return 0;
}
