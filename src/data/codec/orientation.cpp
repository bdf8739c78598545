#include "data/codec/orientation.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ersatz::data {
namespace {

/// Numbers of a TIFF structure, either byte order. Reads beyond the end give 0.
class Tiff {
 public:
  Tiff(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t next = big_endian_ ? at + i : at + size - 1 - i;
      value = value << 8 | static_cast<std::uint8_t>(bytes_[next]);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

/// Bytes of a number of this TIFF type; 0 for those that are no whole number without sign.
std::size_t size_of_type(std::uint32_t type) { return type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : 0; }

/// How an orientation goes from pixel to pixel: the flips are those of the file's rows and columns.
struct Turn {
  bool swaps_axes, flips_rows, flips_columns;
};

Turn turn_of(int orientation) {
  return {orientation >= 5, orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7,
          orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8};
}

}  // namespace

int exif_orientation(std::string_view exif) {
  constexpr std::string_view kName("Exif\0\0", 6);
  if (exif.starts_with(kName)) exif.remove_prefix(kName.size());
  const bool big_endian = exif.starts_with("MM");
  if (!big_endian && !exif.starts_with("II")) return 1;
  const Tiff tiff(exif, big_endian);
  if (tiff.number(2, 2) != 42) return 1;
  const std::size_t directory = tiff.number(4, 4);
  const std::size_t entries = tiff.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > exif.size()) break;
    if (tiff.number(entry, 2) != 0x0112) continue;
    const std::size_t size = size_of_type(tiff.number(entry + 2, 2));
    if (size == 0 || tiff.number(entry + 4, 4) != 1) return 1;
    const std::uint32_t orientation = tiff.number(entry + 8, size);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
  }
  return 1;
}

ImageShape turned(ImageShape shape, int orientation) {
  if (turn_of(orientation).swaps_axes) std::swap(shape.height, shape.width);
  return shape;
}

Box turned(Box box, ImageShape shape, int orientation) {
  const Turn turn = turn_of(orientation);
  const auto width = static_cast<float>(shape.width), height = static_cast<float>(shape.height);
  if (turn.flips_columns) box = {width - box.right, box.top, width - box.left, box.bottom};
  if (turn.flips_rows) box = {box.left, height - box.bottom, box.right, height - box.top};
  if (turn.swaps_axes) box = {box.top, box.left, box.bottom, box.right};
  return box;
}

void turn(const std::uint8_t* from, ImageShape shape, int orientation, std::uint8_t* to) {
  const Turn turn = turn_of(orientation);
  const std::ptrdiff_t pitch = std::ptrdiff_t{3} * shape.width;
  if (turn.flips_rows) from += (shape.height - 1) * pitch;
  if (turn.flips_columns) from += pitch - 3;
  std::ptrdiff_t to_next_row = turn.flips_rows ? -pitch : pitch, to_next_column = turn.flips_columns ? -3 : 3;
  if (turn.swaps_axes) std::swap(to_next_row, to_next_column);
  const ImageShape upright = turned(shape, orientation);
  constexpr int kTile = 64;  // rows and columns: what is read across the rows of the file stays in the cache
  for (int top = 0; top < upright.height; top += kTile) {
    for (int left = 0; left < upright.width; left += kTile) {
      for (int y = top; y < std::min(top + kTile, upright.height); ++y) {
        const std::uint8_t* source = from + y * to_next_row + left * to_next_column;
        std::uint8_t* target = to + (std::ptrdiff_t{y} * upright.width + left) * 3;
        for (int x = left; x < std::min(left + kTile, upright.width); ++x) {
          std::copy_n(source, 3, target);
          source += to_next_column;
          target += 3;
        }
      }
    }
  }
}

}  // namespace ersatz::data
