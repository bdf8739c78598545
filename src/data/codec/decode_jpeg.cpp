#include <fmt/format.h>

#include <csetjmp>
#include <cstdio>
#include <string>
#include <vector>

// (after <cstdio>, which it needs)
#include <jerror.h>
#include <jpeglib.h>

#include "base/error.hpp"
#include "data/codec/format.hpp"
#include "data/codec/orientation.hpp"

namespace ersatz::data {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;

/// Programs write about ten. A scan of a hundred bytes can go over all pixels of the largest image.
constexpr int kMostScans = 100;

/// Pixels of four inks as Adobe writes them, 255 for none, as Pillow converts them: the ink's share of what black
/// leaves is taken away, each product divided by 255 and rounded.
void inks_to_rgb(const std::uint8_t* inks, std::size_t count, std::uint8_t* pixels) {
  for (std::size_t i = 0; i < count; ++i) {
    const int light = inks[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const int product = (255 - inks[4 * i + c]) * light + 128;
      pixels[3 * i + c] = static_cast<std::uint8_t>(light - ((product + (product >> 8)) >> 8));
    }
  }
}

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
    jpeg_save_markers(&jpeg_, kExifMarker, 0xffff);
    progress_.progress_monitor = [](j_common_ptr jpeg) {
      if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > kMostScans) jump(jpeg);
    };
    jpeg_.progress = &progress_;
  }
  ~Decompressor() { jpeg_destroy_decompress(&jpeg_); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  /// False on an error: message() says which.
  bool read_header(std::string_view file) {
    if (setjmp(back_) != 0) return false;
    jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    jpeg_read_header(&jpeg_, TRUE);
    return true;
  }

  /// After read_header(): the size that the pixels will have.
  bool reduce(int times) {
    if (setjmp(back_) != 0) return false;
    jpeg_.out_color_space = is_cmyk() ? JCS_CMYK : JCS_RGB;
    jpeg_.scale_num = 1;
    jpeg_.scale_denom = static_cast<unsigned>(times);
    jpeg_calc_output_dimensions(&jpeg_);
    return true;
  }

  /// After reduce(), for an image of the size that `pixels` has room for. Rows of inks go through `inks`.
  bool read_pixels(std::uint8_t* pixels, std::uint8_t* inks) {
    if (setjmp(back_) != 0) return false;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      std::uint8_t* const target = pixels + std::size_t{jpeg_.output_scanline} * jpeg_.output_width * 3;
      JSAMPROW row = inks != nullptr ? inks : target;
      jpeg_read_scanlines(&jpeg_, &row, 1);
      if (inks != nullptr) inks_to_rgb(inks, jpeg_.output_width, target);
    }
    jpeg_finish_decompress(&jpeg_);  // reads to the end mark: a missing one is noticed here
    return true;
  }

  void abort() { jpeg_abort_decompress(&jpeg_); }
  bool is_cmyk() const { return jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK; }
  ImageShape shape() const { return {static_cast<int>(jpeg_.image_height), static_cast<int>(jpeg_.image_width)}; }
  ImageShape reduced_shape() const {
    return {static_cast<int>(jpeg_.output_height), static_cast<int>(jpeg_.output_width)};
  }
  int orientation() const {
    for (const jpeg_marker_struct* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
      const std::string_view content(reinterpret_cast<const char*>(marker->data), marker->data_length);
      if (content.starts_with("Exif")) return exif_orientation(content);
    }
    return 1;
  }

  std::string message() const {
    if (jpeg_.input_scan_number > kMostScans) return fmt::format("has more than {} scans", kMostScans);
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
  jpeg_progress_mgr progress_{};
  std::jmp_buf back_{};
};

/// Ends with whatever the decompressor was doing, so that it can begin anew.
struct Session {
  Decompressor& decompressor;
  ~Session() { decompressor.abort(); }
};

}  // namespace

void decode_jpeg(std::string_view file, Canvas& canvas) {
  thread_local Decompressor decompressor;
  const Session session{decompressor};
  if (!decompressor.read_header(file)) throw Error(decompressor.message());
  Header header{decompressor.shape(), decompressor.orientation()};
  check_size(header.shape);
  if (!decompressor.reduce(canvas.reduction(header))) throw Error(decompressor.message());
  header.shape = decompressor.reduced_shape();
  std::uint8_t* const pixels = canvas.begin(header);
  if (pixels == nullptr) return;
  canvas.remarks.cmyk = decompressor.is_cmyk();
  std::vector<std::uint8_t> inks(canvas.remarks.cmyk ? static_cast<std::size_t>(header.shape.width) * 4 : 0);
  if (!decompressor.read_pixels(pixels, canvas.remarks.cmyk ? inks.data() : nullptr)) {
    throw Error(decompressor.message());
  }
}

}  // namespace ersatz::data
