#include "data/codec/orientation.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "data/codec/tiff.hpp"

namespace ersatz::data {
namespace {

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
  constexpr std::uint32_t kOrientation = 0x0112;
  const auto tiff = Tiff::of_exif(exif);
  const auto entry = tiff ? tiff->find(kOrientation) : std::nullopt;
  if (!entry) return 1;
  const std::size_t size = size_of_type(tiff->number(*entry + 2, 2));
  if (size == 0 || tiff->number(*entry + 4, 4) != 1) return 1;
  const std::uint32_t orientation = tiff->number(*entry + 8, size);
  return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
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
