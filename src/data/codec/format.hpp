#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "data/codec/decode.hpp"
#include "data/image_store.hpp"

// What the decoders of the formats share. Nothing outside codec/ includes this.
namespace ersatz::data {

/// Large memory is not kept from one image to the next.
inline constexpr std::size_t kKeptBytes = std::size_t{1} << 25;

/// What a file says of its image before the pixels.
struct Header {
  ImageShape shape;     ///< as the pixels lie in the file
  int orientation = 1;  ///< EXIF's, 1..8
};

/// Where a decoder puts pixels. It says how large the image is and is told where they go.
class Canvas {
 public:
  virtual ~Canvas() = default;

  /// Room for [height, width, 3] pixels of `header`, or nullptr when no pixels are wanted. Called once. Throws Error
  /// when the image is too large, WrongSize when another size is expected.
  std::uint8_t* begin(const Header& header);

  /// 1, 2, 4 or 8: at what fraction of its size a format that can is asked to decode. Called before begin().
  virtual int reduction(const Header&) { return 1; }

  Remarks remarks;

 private:
  virtual std::uint8_t* room(const Header& header) = 0;
};

/// Throws Error for an image that has no pixels or too many.
void check_size(ImageShape shape);

/// Memory of this thread for the four bytes per pixel of an image with alpha; its content is undefined.
std::uint8_t* rgba_room(ImageShape shape);

/// Lays pixels [height, width, 4] over white, as Pillow's Image.alpha_composite(white, image) does, and drops alpha.
void lay_over_white(const std::uint8_t* rgba, ImageShape shape, std::uint8_t* pixels, Remarks& remarks);

// The formats: begin() on the canvas, then all pixels, or an Error.
void decode_jpeg(std::string_view file, Canvas& canvas);
void decode_png(std::string_view file, Canvas& canvas);
void decode_webp(std::string_view file, Canvas& canvas);
void decode_gif(std::string_view file, Canvas& canvas);
void decode_bmp(std::string_view file, Canvas& canvas);

}  // namespace ersatz::data
