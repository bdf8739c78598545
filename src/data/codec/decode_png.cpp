#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/codec/decode.hpp"

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
    png_set_read_fn(png_, &input_, read_bytes);
    png_set_user_limits(png_, 0x7fffffff, 0x7fffffff);  // our own limit has the clearer message
  }
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool read_header() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_info(png_, info_);
    return true;
  }

  /// Asks for RGB of 8 bits or, for 16-bit grey, the full values; row_bytes() is valid afterwards.
  bool prepare() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    const int kind = png_get_color_type(png_, info_);
    deep_grey_ = kind == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png_, info_) == 16;
    if (kind == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png_);
    if (kind == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png_, info_) < 8) png_set_expand_gray_1_2_4_to_8(png_);
    if (!deep_grey_) {
      png_set_strip_16(png_);
      if ((kind & PNG_COLOR_MASK_COLOR) == 0) png_set_gray_to_rgb(png_);
    }
    // A tRNS chunk becomes alpha with a palette's expansion: both are dropped.
    png_set_strip_alpha(png_);
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
  bool deep_grey_ = false;
};

}  // namespace

ImageShape png_size(std::string_view file) {
  Reader reader(file);
  if (!reader.read_header()) throw reader.error();
  return reader.shape();
}

void decode_png(std::string_view file, ImageShape expected, std::uint8_t* pixels) {
  Reader reader(file);
  if (!reader.read_header()) throw reader.error();
  if (reader.shape() != expected) throw wrong_size(reader.shape(), expected);
  if (!reader.prepare()) throw reader.error();
  const std::size_t row_bytes = reader.row_bytes();
  const std::size_t height = static_cast<std::size_t>(expected.height);
  std::vector<png_byte> image(height * row_bytes);
  std::vector<png_bytep> rows(height);
  for (std::size_t y = 0; y < height; ++y) rows[y] = image.data() + y * row_bytes;
  if (!reader.read_rows(rows.data())) throw reader.error();
  if (!reader.deep_grey()) {
    std::copy(image.begin(), image.end(), pixels);
    return;
  }
  // Pillow keeps 16-bit grey as integers, and its convert("RGB") cuts them off at 255.
  for (std::size_t i = 0; i < image.size() / 2; ++i) {
    const std::uint8_t grey = image[2 * i] != 0 ? 255 : image[2 * i + 1];
    std::fill_n(pixels + 3 * i, 3, grey);
  }
}

}  // namespace ersatz::data
