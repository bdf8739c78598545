#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

/// Larger images are refused before memory is taken for them.
inline constexpr int kLargestSide = 16384;
inline constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;

/// An image that may be whole but has another size than the others.
struct WrongSize : Error {
  using Error::Error;
};

/// The error for an image of another size than the first.
WrongSize wrong_size(ImageShape actual, ImageShape expected);

/// What was done to an image that its user may want to know.
struct Remarks {
  bool turned = false;      ///< as its EXIF orientation says
  bool over_white = false;  ///< it has pixels that are not opaque; they were laid over white
  bool cmyk = false;        ///< inks became RGB by Pillow's formula, without a colour profile
  bool animated = false;    ///< the first of several frames was taken
  bool operator==(const Remarks&) const = default;
};

/// Part of an image in pixels; edges need not be whole numbers.
struct Box {
  float left = 0, top = 0, right = 0, bottom = 0;
  bool operator==(const Box&) const = default;
};

/// A decoded image of any size. One that is used again keeps its memory.
struct Picture {
  ImageShape shape;
  std::vector<std::uint8_t> pixels;  ///< [height, width, 3]
  /// What the image covers: all of `pixels`, or less of the last row and column when it was decoded at a fraction of
  /// its size and that is no whole number.
  Box region;
  Remarks remarks;
};

/// The size that an image file has when it is decoded, from its header: the file's kind is judged by its first bytes,
/// not by its name, and an image that EXIF says lies on its side is turned. Throws Error ("is not a JPEG, ..."); its
/// text goes behind the file's name.
ImageShape image_size(std::string_view file);

/// Decodes a JPEG, PNG, WebP, GIF or BMP file of exactly `expected` size to `pixels` [height, width, 3]. Pixels are
/// equal to those of Pillow; docs/image-formats.md has the details. Files that are cut short or damaged throw Error,
/// images of another size WrongSize.
Remarks decode_image(std::string_view file, ImageShape expected, std::uint8_t* pixels);

/// Decodes an image of any size. Where `needed` is given, a JPEG is decoded at 1/2, 1/4 or 1/8 of its size, the
/// smallest that is still at least twice as high and twice as wide as `needed`: the rule of Pillow's Image.draft, with
/// twice the size as Image.thumbnail calls it.
void decode_image(std::string_view file, Picture& picture, ImageShape needed = {});

}  // namespace ersatz::data
