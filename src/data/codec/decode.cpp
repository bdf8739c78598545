#include "data/codec/decode.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

constexpr std::string_view kJpegMagic = "\xff\xd8\xff";
constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";

Error not_an_image(std::string_view file) {
  constexpr std::array<std::pair<std::string_view, const char*>, 5> kOthers{
      {{"GIF8", "GIF"}, {"RIFF", "WebP"}, {"BM", "BMP"}, {"II*", "TIFF"}, {"MM", "TIFF"}}};
  if (file.empty()) return Error("is empty");
  for (const auto& [magic, name] : kOthers) {
    if (file.starts_with(magic)) {
      return Error(fmt::format("is not a JPEG or PNG image but seems to be {}", name), "convert the images to PNG");
    }
  }
  return Error("is not a JPEG or PNG image");
}

ImageShape checked(ImageShape shape) {
  if (shape.height > kLargestSide || shape.width > kLargestSide) {
    throw Error(fmt::format("is {} x {} pixels; ersatz reads images up to {} x {}", shape.width, shape.height,
                            kLargestSide, kLargestSide));
  }
  return shape;
}

}  // namespace

WrongSize wrong_size(ImageShape actual, ImageShape expected) {
  return WrongSize(fmt::format("is {} x {} pixels, but the first image has {} x {}", actual.width, actual.height,
                               expected.width, expected.height),
                   "all images of a data set must have one size: resize them");
}

ImageShape image_size(std::string_view file) {
  if (file.starts_with(kJpegMagic)) return checked(jpeg_size(file));
  if (file.starts_with(kPngMagic)) return checked(png_size(file));
  throw not_an_image(file);
}

void decode_image(std::string_view file, ImageShape expected, std::uint8_t* pixels) {
  if (file.starts_with(kJpegMagic)) return decode_jpeg(file, expected, pixels);
  if (file.starts_with(kPngMagic)) return decode_png(file, expected, pixels);
  throw not_an_image(file);
}

}  // namespace ersatz::data
