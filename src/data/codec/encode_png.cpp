#include "data/codec/encode_png.hpp"

#include <fmt/format.h>
#include <png.h>

#include <string_view>

#include "base/error.hpp"

namespace ersatz::data {

std::string encode_png(std::span<const std::uint8_t> pixels, ImageShape shape) {
  if (shape.height < 1 || shape.width < 1 || pixels.size() != shape.bytes()) {
    throw Error(fmt::format("encode_png: {} bytes of pixels for {}x{} RGB", pixels.size(), shape.width, shape.height));
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(shape.width);
  image.height = static_cast<png_uint_32>(shape.height);
  image.format = PNG_FORMAT_RGB;
  // Memory for the worst case first, so that the image is compressed once.
  std::string file(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
  png_alloc_size_t size = file.size();
  if (png_image_write_to_memory(&image, file.data(), &size, 0, pixels.data(), 0, nullptr) == 0) {
    throw Error(fmt::format("cannot encode a PNG image: {}", std::string_view(image.message)));
  }
  file.resize(size);
  return file;
}

}  // namespace ersatz::data
