#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

/// Larger images are refused before memory is taken for them.
inline constexpr int kLargestSide = 4096;

/// An image that may be whole but has another size than the others.
struct WrongSize : Error {
  using Error::Error;
};

/// The size that the header of an image file gives. The file's kind is judged by its first bytes,
/// not by its name. Throws Error ("is not a JPEG or PNG image", ...); its text goes behind the
/// file's name.
ImageShape image_size(std::string_view file);

/// Decodes a JPEG or PNG file of exactly `expected` size to `pixels` [height, width, 3], equal to
/// Pillow's Image.open(file).convert("RGB"): JPEG with accurate integer DCT and smooth chroma
/// upsampling; PNG of any kind, where transparency is dropped, 16-bit colour keeps its high byte
/// and 16-bit grey is cut off at 255. Files that are cut short or damaged, which libjpeg would only
/// warn of, throw Error, images of another size WrongSize.
void decode_image(std::string_view file, ImageShape expected, std::uint8_t* pixels);

// The two formats behind the functions above, and the error for an image of another size.
ImageShape jpeg_size(std::string_view file);
void decode_jpeg(std::string_view file, ImageShape expected, std::uint8_t* pixels);
ImageShape png_size(std::string_view file);
void decode_png(std::string_view file, ImageShape expected, std::uint8_t* pixels);

WrongSize wrong_size(ImageShape actual, ImageShape expected);

}  // namespace ersatz::data
