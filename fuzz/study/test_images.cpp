// The list of a source's test images in an output folder.

#include "input.hpp"
#include "study/output_layout.hpp"
#include "study/run_record.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  std::filesystem::create_directories(scratch.path() / "data");
  scratch.write(ersatz::study::test_images_file("", "REAL").string(), fuzzing::text_of(data, size));
  const std::vector<std::string> classes{"cat", "dog"};
  fuzzing::one_error_at_most([&] {
    for (const auto& image : ersatz::study::read_test_images(scratch.path(), "REAL", classes)) {
      fuzzing::require(image.label >= 0 && image.label < 2);
    }
  });
  return 0;
}
