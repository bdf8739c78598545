#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/error.hpp"
#include "data/codec/format.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kFileHeader = 14;

/// Little-endian numbers of a file; those beyond its end throw.
class Bytes {
 public:
  explicit Bytes(std::string_view file) : file_(file) {}
  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > file_.size() || file_.size() - at < size) throw Error("is cut short");
    std::uint32_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(file_[at + i]);
    return value;
  }

 private:
  std::string_view file_;
};

/// One channel of a pixel of 16 or 32 bits.
struct Field {
  std::uint32_t mask = 0;
  int shift = 0;

  explicit Field(std::uint32_t bits = 0) : mask(bits), shift(bits == 0 ? 0 : std::countr_zero(bits)) {}
  /// 0..255, rounded down as Pillow does.
  std::uint8_t of(std::uint32_t pixel) const {
    const std::uint64_t value = (pixel & mask) >> shift;
    return static_cast<std::uint8_t>(value * 255 / (mask >> shift));
  }
  bool is_sound() const { return mask != 0 && std::has_single_bit((std::uint64_t{mask} >> shift) + 1); }
};

struct Layout {
  ImageShape shape;
  bool top_down = false;
  std::uint32_t bits = 0;
  std::size_t colors = 0, color_bytes = 4, palette = 0;  ///< palette: where it lies in the file
  std::size_t pixels = 0, row_bytes = 0;
  std::array<Field, 4> fields;  ///< red, green, blue, alpha, of 16 or 32 bits
};

void read_fields(const Bytes& file, std::uint32_t header_size, std::uint32_t compression, Layout& layout) {
  constexpr std::uint32_t kPlain = 0, kBitFields = 3, kAlphaBitFields = 6;
  if (compression == 1 || compression == 2) throw Error("is a BMP image with RLE compression", "convert it to PNG");
  const bool has_fields = compression == kBitFields || compression == kAlphaBitFields;
  if (compression != kPlain && !(has_fields && (layout.bits == 16 || layout.bits == 32))) {
    throw Error("is a BMP image of a kind that is not read", "convert it to PNG");
  }
  if (layout.bits == 16) layout.fields = {Field(0x7c00), Field(0x3e0), Field(0x1f), Field()};
  if (layout.bits == 32) layout.fields = {Field(0xff0000), Field(0xff00), Field(0xff), Field()};
  if (!has_fields) return;
  // They lie in the header or, as they do with the oldest one, just behind it: the same place.
  const bool has_alpha = header_size >= 56 || compression == kAlphaBitFields;
  for (std::size_t c = 0; c < (has_alpha ? 4U : 3U); ++c) {
    layout.fields[c] = Field(file.number(kFileHeader + 40 + 4 * c, 4));
    if (!layout.fields[c].is_sound() && !(c == 3 && layout.fields[c].mask == 0)) {
      throw Error("is a BMP image with an odd layout of bits", "convert it to PNG");
    }
  }
}

Layout read_layout(std::string_view content) {
  const Bytes file(content);
  Layout layout;
  layout.pixels = file.number(10, 4);
  const std::uint32_t size = file.number(kFileHeader, 4);
  std::uint32_t compression = 0;
  if (size == 12) {
    layout.shape = {static_cast<int>(file.number(20, 2)), static_cast<int>(file.number(18, 2))};
    layout.bits = file.number(24, 2);
    layout.color_bytes = 3;
  } else if (size == 40 || size == 52 || size == 56 || size == 64 || size == 108 || size == 124) {
    const std::uint32_t height = file.number(22, 4);
    layout.top_down = height >> 31 != 0;
    layout.shape = {std::bit_cast<int>(layout.top_down ? 0U - height : height), std::bit_cast<int>(file.number(18, 4))};
    layout.bits = file.number(28, 2);
    compression = file.number(30, 4);
    layout.colors = file.number(46, 4);
  } else {
    throw Error("is not a JPEG, PNG, WebP, GIF or BMP image");  // two letters at its beginning are not enough
  }
  if (layout.bits != 1 && layout.bits != 4 && layout.bits != 8 && layout.bits != 16 && layout.bits != 24 &&
      layout.bits != 32) {
    throw Error(fmt::format("is a BMP image with {} bits per pixel, which is not read", layout.bits),
                "convert it to PNG");
  }
  if (layout.bits > 8) {
    layout.colors = 0;
  } else if (layout.colors == 0 || layout.colors > 256) {
    layout.colors = std::size_t{1} << layout.bits;
  }
  layout.palette = kFileHeader + size;
  read_fields(file, size, compression, layout);
  check_size(layout.shape);
  layout.row_bytes = (static_cast<std::size_t>(layout.shape.width) * layout.bits + 31) / 32 * 4;
  return layout;
}

/// Colours of all 256 values; those without an entry are black.
std::array<std::uint8_t, 768> read_palette(std::string_view file, const Layout& layout) {
  std::array<std::uint8_t, 768> rgb{};
  const Bytes bytes(file);
  for (std::size_t i = 0; i < layout.colors; ++i) {
    const std::uint32_t color = bytes.number(layout.palette + layout.color_bytes * i, 3);
    for (unsigned c = 0; c < 3; ++c) rgb[3 * i + c] = static_cast<std::uint8_t>(color >> (16 - 8 * c));
  }
  return rgb;
}

/// One row of pixels that are indices of the palette, or blue, green and red.
void read_row(const std::uint8_t* from, const Layout& layout, const std::array<std::uint8_t, 768>& colors,
              std::uint8_t* to) {
  const std::size_t bits = layout.bits, width = static_cast<std::size_t>(layout.shape.width);
  for (std::size_t x = 0; x < width; ++x) {
    if (bits == 24) {
      std::reverse_copy(from + 3 * x, from + 3 * x + 3, to + 3 * x);
    } else {
      const std::size_t value = from[x * bits / 8] >> (8 - bits - x * bits % 8) & ((1U << bits) - 1);
      std::copy_n(colors.data() + 3 * value, 3, to + 3 * x);
    }
  }
}

/// One row of pixels of 16 or 32 bits, as RGBA.
void read_field_row(const std::uint8_t* from, const Layout& layout, std::uint8_t* to) {
  const std::size_t bytes = layout.bits / 8, width = static_cast<std::size_t>(layout.shape.width);
  for (std::size_t x = 0; x < width; ++x) {
    std::uint32_t pixel = 0;
    for (std::size_t i = bytes; i-- > 0;) pixel = pixel << 8 | from[bytes * x + i];
    for (std::size_t c = 0; c < 3; ++c) to[4 * x + c] = layout.fields[c].of(pixel);
    to[4 * x + 3] = layout.fields[3].mask != 0 ? layout.fields[3].of(pixel) : 255;
  }
}

}  // namespace

void decode_bmp(std::string_view file, Canvas& canvas) {
  const Layout layout = read_layout(file);
  std::uint8_t* const pixels = canvas.begin({layout.shape});
  if (pixels == nullptr) return;
  const std::size_t height = static_cast<std::size_t>(layout.shape.height);
  const std::size_t width = static_cast<std::size_t>(layout.shape.width);
  if (layout.pixels > file.size() || file.size() - layout.pixels < height * layout.row_bytes) {
    throw Error("is cut short");
  }
  const std::array<std::uint8_t, 768> colors = read_palette(file, layout);
  const bool has_fields = layout.bits == 16 || layout.bits == 32;
  std::uint8_t* const rgba = has_fields ? rgba_room(layout.shape) : nullptr;
  for (std::size_t i = 0; i < height; ++i) {
    const auto* const row = reinterpret_cast<const std::uint8_t*>(file.data()) + layout.pixels + i * layout.row_bytes;
    const std::size_t y = layout.top_down ? i : height - 1 - i;
    if (has_fields) {
      read_field_row(row, layout, rgba + y * width * 4);
    } else {
      read_row(row, layout, colors, pixels + y * width * 3);
    }
  }
  if (has_fields) lay_over_white(rgba, layout.shape, pixels, canvas.remarks);
}

}  // namespace ersatz::data
