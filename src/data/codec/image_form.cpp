#include "data/codec/image_form.hpp"

#include "base/hash.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

Picture& picture_of_this_thread() {
  thread_local Picture picture;
  return picture;
}

std::optional<std::uint64_t> decoded_hash(const Picture& picture, const ImageForm& form) {
  if (!form.hash_decoded) return std::nullopt;
  return short_hash(sha256(std::as_bytes(std::span(picture.pixels.data(), picture.shape.bytes()))));
}

}  // namespace

MadeImage make_image(std::string_view file, const ImageForm& form, std::uint8_t* pixels) {
  if (!form.resize) return {decode_image(file, form.shape, pixels)};
  Picture& picture = picture_of_this_thread();
  const Remarks remarks = decode_resized(file, *form.resize, picture, pixels);
  return {remarks, decoded_hash(picture, form)};
}

Picture& blank_picture(ImageShape shape) {
  Picture& picture = picture_of_this_thread();
  picture.shape = shape;
  picture.pixels.resize(shape.bytes());
  picture.region = {0, 0, static_cast<float>(shape.width), static_cast<float>(shape.height)};
  picture.remarks = {};
  return picture;
}

MadeImage make_image(const Picture& picture, const ImageForm& form, std::uint8_t* pixels) {
  resize_picture(picture, *form.resize, pixels);
  return {picture.remarks, decoded_hash(picture, form)};
}

}  // namespace ersatz::data
