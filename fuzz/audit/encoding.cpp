// What an image file says of how it was encoded: headers of JPEG, PNG, WebP, GIF and BMP, and EXIF's program.

#include "audit/encoding.hpp"

#include <vector>

#include "audit/source_files.hpp"
#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ersatz::audit::Encoding encoding = ersatz::audit::encoding_of(fuzzing::text_of(data, size));
  fuzzing::require(encoding.bytes == size && encoding.width >= 0 && encoding.height >= 0);
  fuzzing::require(!ersatz::audit::describe(encoding).empty());
  std::vector<float> values;
  ersatz::audit::append_encoder_values(encoding, values);
  return 0;
}
