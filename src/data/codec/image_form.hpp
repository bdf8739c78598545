#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "data/codec/resize.hpp"

namespace ersatz::data {

/// What every image of a data set becomes: one of `shape`, resized where `resize` says how. Without it all images must
/// have that size.
struct ImageForm {
  ImageShape shape;
  std::optional<Resize> resize;
  bool hash_decoded = false;  ///< fill MadeImage::decoded_hash
};

struct MadeImage {
  Remarks remarks;
  /// The first 8 bytes of the SHA-256 of the pixels before they were resized. Nothing where the form does not ask for
  /// it, and where the image had the right size from the beginning.
  std::optional<std::uint64_t> decoded_hash = std::nullopt;
};

/// Makes an image from the bytes of an image file, to `pixels` [height, width, 3]. Throws WrongSize, and Error when the
/// file cannot be decoded.
MadeImage make_image(std::string_view file, const ImageForm& form, std::uint8_t* pixels);

/// A picture for pixels that need no decoder: a thread's own, so that its memory is used again.
Picture& blank_picture(ImageShape shape);

/// Resizes a picture as `form` says, which must say how.
MadeImage make_image(const Picture& picture, const ImageForm& form, std::uint8_t* pixels);

/// Makes an image of `shape` whose pixels `fill(to)` writes, [height, width, 3]. Throws WrongSize.
template <typename Fill>
MadeImage make_image(ImageShape shape, const ImageForm& form, std::uint8_t* pixels, Fill fill) {
  if (shape == form.shape) {
    fill(pixels);
    return {};
  }
  if (!form.resize) throw wrong_size(shape, form.shape);
  Picture& picture = blank_picture(shape);
  fill(picture.pixels.data());
  return make_image(picture, form, pixels);
}

}  // namespace ersatz::data
