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
};

/// Makes an image from the bytes of an image file, to `pixels` [height, width, 3]. Throws WrongSize, and Error when the
/// file cannot be decoded.
Remarks make_image(std::string_view file, const ImageForm& form, std::uint8_t* pixels);

/// A picture for pixels that need no decoder: a thread's own, so that its memory is used again.
Picture& blank_picture(ImageShape shape);

/// Makes an image of `shape` whose pixels `fill(to)` writes, [height, width, 3]. Throws WrongSize.
template <typename Fill>
void make_image(ImageShape shape, const ImageForm& form, std::uint8_t* pixels, Fill fill) {
  if (shape == form.shape) return fill(pixels);
  if (!form.resize) throw wrong_size(shape, form.shape);
  Picture& picture = blank_picture(shape);
  fill(picture.pixels.data());
  resize_picture(picture, *form.resize, pixels);
}

}  // namespace ersatz::data
