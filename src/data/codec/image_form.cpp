#include "data/codec/image_form.hpp"

namespace ersatz::data {
namespace {

Picture& picture_of_this_thread() {
  thread_local Picture picture;
  return picture;
}

}  // namespace

Remarks make_image(std::string_view file, const ImageForm& form, std::uint8_t* pixels) {
  if (!form.resize) return decode_image(file, form.shape, pixels);
  return decode_resized(file, *form.resize, picture_of_this_thread(), pixels);
}

Picture& blank_picture(ImageShape shape) {
  Picture& picture = picture_of_this_thread();
  picture.shape = shape;
  picture.pixels.resize(shape.bytes());
  picture.region = {0, 0, static_cast<float>(shape.width), static_cast<float>(shape.height)};
  picture.remarks = {};
  return picture;
}

}  // namespace ersatz::data
