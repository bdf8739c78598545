#include "data/codec/encode_jpeg.hpp"

#include <fmt/format.h>

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

// (after <cstdio>, which it needs)
#include <jpeglib.h>

#include "base/error.hpp"

namespace ersatz::data {
namespace {

struct Encoder {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  std::jmp_buf back{};
  unsigned char* bytes = nullptr;  // libjpeg's, by malloc
  unsigned long size = 0;

  ~Encoder() {
    jpeg_destroy_compress(&jpeg);
    std::free(bytes);
  }
};

// libjpeg's error callback must not return, and exceptions may not cross its C frames: it jumps
// back to here, where nothing needs a destructor.
bool encode(Encoder& encoder, const std::uint8_t* pixels, ImageShape shape, int quality) {
  jpeg_compress_struct& jpeg = encoder.jpeg;
  jpeg.err = jpeg_std_error(&encoder.errors);
  jpeg.client_data = &encoder;
  encoder.errors.error_exit = [](j_common_ptr info) {
    std::longjmp(static_cast<Encoder*>(info->client_data)->back, 1);
  };
  if (setjmp(encoder.back) != 0) return false;
  jpeg_create_compress(&jpeg);
  jpeg.client_data = &encoder;
  jpeg_mem_dest(&jpeg, &encoder.bytes, &encoder.size);
  jpeg.image_width = static_cast<JDIMENSION>(shape.width);
  jpeg.image_height = static_cast<JDIMENSION>(shape.height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);  // 4:2:0
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.dct_method = JDCT_ISLOW;
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    auto* row = const_cast<JSAMPROW>(pixels + std::size_t{jpeg.next_scanline} * jpeg.image_width * 3);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  return true;
}

}  // namespace

std::string encode_jpeg(std::span<const std::uint8_t> pixels, ImageShape shape, int quality) {
  if (shape.height < 1 || shape.width < 1 || pixels.size() != shape.bytes()) {
    throw Error(fmt::format("encode_jpeg: {} bytes of pixels for {}x{} RGB", pixels.size(), shape.width, shape.height));
  }
  Encoder encoder;
  if (!encode(encoder, pixels.data(), shape, quality)) {
    char text[JMSG_LENGTH_MAX];
    encoder.errors.format_message(reinterpret_cast<j_common_ptr>(&encoder.jpeg), text);
    throw Error(fmt::format("cannot encode a JPEG image: {}", text));
  }
  return {reinterpret_cast<const char*>(encoder.bytes), encoder.size};
}

}  // namespace ersatz::data
