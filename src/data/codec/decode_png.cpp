#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/codec/format.hpp"
#include "data/codec/orientation.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kMessageSize = 128;

/// What libpng's callbacks read from and report to.
struct Input {
  std::string_view rest;
  std::array<char, kMessageSize> message{};
};

void read_bytes(png_structp png, png_bytep to, png_size_t count) {
  auto& input = *static_cast<Input*>(png_get_io_ptr(png));
  if (input.rest.size() < count) png_error(png, "is cut short");
  std::memcpy(to, input.rest.data(), count);
  input.rest.remove_prefix(count);
}

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
  auto& message = static_cast<Input*>(png_get_error_ptr(png))->message;
  std::strncpy(message.data(), text, kMessageSize - 1);
  std::longjmp(png_jmpbuf(png), 1);
}

void on_warning(png_structp, png_const_charp) {}  // harmless oddities of colour profiles and text chunks

/// Owns libpng's structures. Its member functions return false on an error, and hold nothing that
/// needs a destructor, because libpng jumps back into them.
class Reader {
 public:
  explicit Reader(std::string_view file) : input_{file, {}} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &input_, on_error, on_warning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
  }
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool read_header() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_read_fn(png_, &input_, read_bytes);
    png_set_user_limits(png_, 0x7fffffff, 0x7fffffff);  // our own limit has the clearer message
    // Passes over all that is not needed for the pixels. It would take memory for what a chunk is said to hold before
    // it has read any of it, and keep a thousand texts of 8 MB that are 8 kB each in the file.
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_read_info(png_, info_);
    return true;
  }

  /// Asks for RGB or RGBA of 8 bits or, for 16-bit grey, the full values; row_bytes() is valid afterwards.
  bool prepare() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    const int kind = png_get_color_type(png_, info_);
    const int depth = png_get_bit_depth(png_, info_);
    const bool has_key = png_get_valid(png_, info_, PNG_INFO_tRNS) != 0;
    deep_grey_ = kind == PNG_COLOR_TYPE_GRAY && depth == 16;
    has_alpha_ = has_key || (kind & PNG_COLOR_MASK_ALPHA) != 0;
    if (kind == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png_);
    if (kind == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png_);
    if (has_key) png_set_tRNS_to_alpha(png_);
    if (!deep_grey_) {
      png_set_strip_16(png_);
      if ((kind & PNG_COLOR_MASK_COLOR) == 0) png_set_gray_to_rgb(png_);
    }
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }

  bool read_rows(png_bytepp rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, rows);
    png_read_end(png_, nullptr);
    return true;
  }

  bool deep_grey() const { return deep_grey_; }
  bool has_alpha() const { return has_alpha_; }
  std::size_t row_bytes() const { return png_get_rowbytes(png_, info_); }
  ImageShape shape() const {
    return {static_cast<int>(png_get_image_height(png_, info_)), static_cast<int>(png_get_image_width(png_, info_))};
  }
  Error error() const {
    const std::string text = input_.message.data();
    return Error(text == "is cut short" ? text : "cannot be decoded: " + text);
  }

 private:
  Input input_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  bool deep_grey_ = false, has_alpha_ = false;
};

/// What chunks say that libpng either does not know or tells only when it has read the pixels.
struct Extras {
  int orientation = 1;
  bool animated = false;
};

Extras find_extras(std::string_view file) {
  Extras extras;
  for (std::size_t at = 8; file.size() - at >= 12;) {
    const auto byte = [&](std::size_t i) { return std::size_t{static_cast<std::uint8_t>(file[at + i])}; };
    const std::size_t length = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
    if (length > file.size() - at - 12) break;
    const std::string_view kind = file.substr(at + 4, 4);
    if (kind == "eXIf") extras.orientation = exif_orientation(file.substr(at + 8, length));
    if (kind == "acTL") extras.animated = true;
    at += length + 12;
  }
  return extras;
}

void read_image(Reader& reader, ImageShape shape, std::uint8_t* image) {
  std::vector<png_bytep> rows(static_cast<std::size_t>(shape.height));
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = image + y * reader.row_bytes();
  if (!reader.read_rows(rows.data())) throw reader.error();
}

/// Pillow keeps 16-bit grey as integers, and its convert("RGB") cuts them off at 255.
void read_deep_grey(Reader& reader, ImageShape shape, std::uint8_t* pixels, Remarks& remarks) {
  const std::size_t samples = reader.has_alpha() ? 2 : 1;
  const std::size_t count = static_cast<std::size_t>(shape.height) * shape.width;
  std::vector<std::uint8_t> image(count * samples * 2);
  read_image(reader, shape, image.data());
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* const sample = image.data() + 2 * samples * i;
    std::uint8_t grey = sample[0] != 0 ? 255 : sample[1];
    if (samples == 2 && sample[2] == 0) {
      grey = 255;
      remarks.over_white = true;
    }
    std::fill_n(pixels + 3 * i, 3, grey);
  }
}

}  // namespace

void decode_png(std::string_view file, Canvas& canvas) {
  Reader reader(file);
  if (!reader.read_header()) throw reader.error();
  const Extras extras = find_extras(file);
  const ImageShape shape = reader.shape();
  std::uint8_t* const pixels = canvas.begin({shape, extras.orientation});
  if (pixels == nullptr) return;
  if (!reader.prepare()) throw reader.error();
  canvas.remarks.animated = extras.animated;
  if (reader.deep_grey()) return read_deep_grey(reader, shape, pixels, canvas.remarks);
  if (!reader.has_alpha()) return read_image(reader, shape, pixels);
  std::uint8_t* const rgba = rgba_room(shape);
  read_image(reader, shape, rgba);
  lay_over_white(rgba, shape, pixels, canvas.remarks);
}

}  // namespace ersatz::data
