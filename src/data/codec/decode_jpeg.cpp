#include <fmt/format.h>

#include <csetjmp>
#include <cstdio>
#include <string>

// (after <cstdio>, which it needs)
#include <jerror.h>
#include <jpeglib.h>

#include "base/error.hpp"
#include "data/codec/decode.hpp"

namespace ersatz::data {
namespace {

/// A decompressor that a thread uses for all its images. libjpeg reports errors through callbacks
/// that must not return; C++ exceptions may not cross its C frames, so they jump back to the
/// functions below, which hold nothing that needs a destructor.
class Decompressor {
 public:
  Decompressor() {
    jpeg_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr jpeg) { jump(jpeg); };
    errors_.emit_message = [](j_common_ptr jpeg, int level) {
      // A warning: data are missing or damaged, and libjpeg would make something up. (Two are only
      // about odd version numbers in the header.)
      const int code = jpeg->err->msg_code;
      if (level < 0 && code != JWRN_JFIF_MAJOR && code != JWRN_ADOBE_XFORM) jump(jpeg);
    };
    errors_.output_message = [](j_common_ptr) {};
    jpeg_.client_data = this;
    jpeg_create_decompress(&jpeg_);
  }
  ~Decompressor() { jpeg_destroy_decompress(&jpeg_); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  /// False on an error: message() says which.
  bool read_header(std::string_view file) {
    if (setjmp(back_) != 0) {
      jpeg_abort_decompress(&jpeg_);
      return false;
    }
    jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    jpeg_read_header(&jpeg_, TRUE);
    return true;
  }

  /// After read_header(), for an image of the size that `pixels` has room for.
  bool read_pixels(std::uint8_t* pixels) {
    if (setjmp(back_) != 0) {
      jpeg_abort_decompress(&jpeg_);
      return false;
    }
    jpeg_.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = pixels + std::size_t{jpeg_.output_scanline} * jpeg_.output_width * 3;
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_decompress(&jpeg_);  // reads to the end mark: a missing one is noticed here
    return true;
  }

  void abort() { jpeg_abort_decompress(&jpeg_); }
  bool is_cmyk() const { return jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK; }
  ImageShape shape() const { return {static_cast<int>(jpeg_.image_height), static_cast<int>(jpeg_.image_width)}; }

  std::string message() const {
    if (errors_.msg_code == JWRN_JPEG_EOF) return "is cut short";
    char text[JMSG_LENGTH_MAX];
    errors_.format_message(reinterpret_cast<j_common_ptr>(const_cast<jpeg_decompress_struct*>(&jpeg_)), text);
    return fmt::format("cannot be decoded: {}", text);
  }

 private:
  [[noreturn]] static void jump(j_common_ptr jpeg) {
    std::longjmp(static_cast<Decompressor*>(jpeg->client_data)->back_, 1);
  }

  jpeg_decompress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf back_{};
};

Decompressor& start(std::string_view file) {
  thread_local Decompressor decompressor;
  if (!decompressor.read_header(file)) throw Error(decompressor.message());
  if (decompressor.is_cmyk()) {
    decompressor.abort();
    throw Error("is a CMYK image", "convert the images to RGB");
  }
  return decompressor;
}

}  // namespace

ImageShape jpeg_size(std::string_view file) {
  Decompressor& decompressor = start(file);
  const ImageShape shape = decompressor.shape();
  decompressor.abort();
  return shape;
}

void decode_jpeg(std::string_view file, ImageShape expected, std::uint8_t* pixels) {
  Decompressor& decompressor = start(file);
  const ImageShape shape = decompressor.shape();
  if (shape != expected) {
    decompressor.abort();
    throw wrong_size(shape, expected);
  }
  if (!decompressor.read_pixels(pixels)) throw Error(decompressor.message());
}

}  // namespace ersatz::data
