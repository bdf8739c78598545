// Two passes, first along the rows, then down the columns, with bytes between them. Both are the same loop, a weighted
// sum of kLanes bytes at a time: for the first pass kRows rows are turned so that their pixels of one column lie side
// by side.

#include "data/codec/resample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/vectorised.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kRows = 16, kLanes = 3 * kRows;

/// `count` times kLanes bytes, `pitch` apart, times their weights, added up.
[[gnu::always_inline]] inline void add_weighted(const std::uint8_t* from, std::size_t pitch,
                                                const std::int32_t* weights, int count, std::uint8_t* to) {
  std::int32_t sums[kLanes];
  for (std::int32_t& sum : sums) sum = 1 << (ResampleWeights::kBits - 1);
  for (int k = 0; k < count; ++k) {
    const std::int32_t weight = weights[k];
    for (std::size_t j = 0; j < kLanes; ++j) sums[j] += from[j] * weight;
    from += pitch;
  }
  for (std::size_t j = 0; j < kLanes; ++j) {
    to[j] = static_cast<std::uint8_t>(std::clamp(sums[j] >> ResampleWeights::kBits, 0, 255));
  }
}

/// Byte k of word i becomes byte i of word k.
[[gnu::always_inline]] inline void transpose_8x8(const std::uint8_t* from, std::size_t from_pitch, std::uint8_t* to,
                                                 std::size_t to_pitch) {
  std::uint64_t words[8];
  for (std::size_t i = 0; i < 8; ++i) std::memcpy(&words[i], from + i * from_pitch, 8);
  const auto exchange = [&](std::size_t distance, std::uint64_t mask) {
    for (std::size_t i = 0; i < 8; ++i) {
      if ((i & distance) != 0) continue;
      const std::uint64_t moved = (words[i] >> (8 * distance) ^ words[i + distance]) & mask;
      words[i + distance] ^= moved;
      words[i] ^= moved << (8 * distance);
    }
  };
  exchange(4, 0x00000000ffffffff);
  exchange(2, 0x0000ffff0000ffff);
  exchange(1, 0x00ff00ff00ff00ff);
  for (std::size_t i = 0; i < 8; ++i) std::memcpy(to + i * to_pitch, &words[i], 8);
}

/// `rows` x `columns` bytes become `columns` x `rows`; `rows` is a multiple of 8.
[[gnu::always_inline]] inline void transpose(const std::uint8_t* from, std::size_t from_pitch, std::size_t rows,
                                             std::size_t columns, std::uint8_t* to, std::size_t to_pitch) {
  for (std::size_t y = 0; y < rows; y += 8) {
    std::size_t x = 0;
    for (; x + 8 <= columns; x += 8) {
      transpose_8x8(from + y * from_pitch + x, from_pitch, to + x * to_pitch + y, to_pitch);
    }
    for (; x < columns; ++x) {
      for (std::size_t i = y; i < y + 8; ++i) to[x * to_pitch + i] = from[i * from_pitch + x];
    }
  }
}

struct Rows {
  const std::uint8_t* from;
  std::size_t row_bytes;
  int count;
};

/// The first pass: `rows` of an image to rows of `width` pixels and `pitch` bytes. The target has room for kRows more.
[[gnu::always_inline]] inline void along_rows(const Rows& rows, const ResampleWeights& weights, int width,
                                              std::uint8_t* turned, std::uint8_t* narrow, std::uint8_t* to,
                                              std::size_t pitch) {
  for (int y = 0; y < rows.count; y += static_cast<int>(kRows)) {
    const std::uint8_t* const block = rows.from + static_cast<std::size_t>(y) * rows.row_bytes;
    const auto left = static_cast<std::size_t>(rows.count - y);
    if (left >= kRows) {
      transpose(block, rows.row_bytes, kRows, rows.row_bytes, turned, kRows);
    } else {  // (what the missing rows hold goes where nobody reads)
      for (std::size_t i = 0; i < left; ++i) {
        for (std::size_t x = 0; x < rows.row_bytes; ++x) turned[x * kRows + i] = block[i * rows.row_bytes + x];
      }
    }
    for (int x = 0; x < width; ++x) {
      add_weighted(turned + static_cast<std::size_t>(weights.first(x)) * kLanes, kLanes, weights.values(x),
                   weights.count(x), narrow + static_cast<std::size_t>(x) * kLanes);
    }
    std::uint8_t* const target = to + static_cast<std::size_t>(y) * pitch;
    const std::size_t columns = static_cast<std::size_t>(width) * 3;
    for (std::size_t part = 0; part < kRows; part += 8) {
      std::size_t x = 0;
      for (; x + 8 <= columns; x += 8) {
        transpose_8x8(narrow + x * kRows + part, kRows, target + part * pitch + x, pitch);
      }
      for (; x < columns; ++x) {
        for (std::size_t i = part; i < part + 8; ++i) target[i * pitch + x] = narrow[x * kRows + i];
      }
    }
  }
}

/// The second pass: rows of `pitch` bytes, a multiple of kLanes, to `size`.
[[gnu::always_inline]] inline void down_columns(const std::uint8_t* from, std::size_t pitch, int first_row,
                                                const ResampleWeights& weights, ImageShape size, std::uint8_t* to,
                                                std::size_t row_bytes) {
  const std::size_t columns = static_cast<std::size_t>(size.width) * 3;
  for (int y = 0; y < size.height; ++y) {
    const std::uint8_t* const rows = from + static_cast<std::size_t>(weights.first(y) - first_row) * pitch;
    std::uint8_t* const target = to + static_cast<std::size_t>(y) * row_bytes;
    for (std::size_t x = 0; x < columns; x += kLanes) {
      if (x + kLanes <= columns) {
        add_weighted(rows + x, pitch, weights.values(y), weights.count(y), target + x);
      } else {
        std::uint8_t last[kLanes];
        add_weighted(rows + x, pitch, weights.values(y), weights.count(y), last);
        std::memcpy(target + x, last, columns - x);
      }
    }
  }
}

/// Positions are added up step by step, as Pillow does, with its rounding errors.
std::vector<std::size_t> nearest_positions(int from, float low, float high, int to) {
  const double step = static_cast<double>(high - low) / to;
  std::vector<std::size_t> positions(static_cast<std::size_t>(to));
  double at = low + step * 0.5;
  for (std::size_t& position : positions) {
    position = static_cast<std::size_t>(std::clamp(static_cast<int>(at), 0, from - 1));
    at += step;
  }
  return positions;
}

void take_nearest(const std::uint8_t* from, ImageShape shape, const Box& box, ImageShape size, std::uint8_t* to,
                  std::size_t row_bytes) {
  const std::vector<std::size_t> columns = nearest_positions(shape.width, box.left, box.right, size.width);
  for (const std::size_t y : nearest_positions(shape.height, box.top, box.bottom, size.height)) {
    const std::uint8_t* const row = from + y * shape.width * 3;
    std::uint8_t* target = to;
    for (const std::size_t x : columns) {
      std::memcpy(target, row + 3 * x, 3);
      target += 3;
    }
    to += row_bytes;
  }
}

void copy_rows(const Rows& rows, std::uint8_t* to, std::size_t pitch) {
  for (int y = 0; y < rows.count; ++y) {
    std::memcpy(to + y * pitch, rows.from + y * rows.row_bytes, rows.row_bytes);
  }
}

/// Memory of a thread, and the weights of the image before.
struct Workshop {
  ResampleWeights across, down;
  std::vector<std::uint8_t> turned, narrow, between;

  static std::uint8_t* room(std::vector<std::uint8_t>& bytes, std::size_t size) {
    if (bytes.size() < size) bytes.resize(size);
    return bytes.data();
  }
};

}  // namespace

void resample(const std::uint8_t* from, ImageShape shape, const Box& box, Filter filter, ImageShape size,
              std::uint8_t* to, std::size_t row_bytes) {
  const auto width = static_cast<float>(shape.width), height = static_cast<float>(shape.height);
  const bool inside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
  if (!inside || !(box.left < box.right && box.top < box.bottom) || size.height < 1 || size.width < 1) {
    throw Error(fmt::format("resample: {}x{} of ({}, {}, {}, {}) in {}x{}", size.width, size.height, box.left, box.top,
                            box.right, box.bottom, shape.width, shape.height));
  }
  const bool same_width = shape.width == size.width && box.left == 0 && box.right == width;
  const bool same_height = shape.height == size.height && box.top == 0 && box.bottom == height;
  const std::size_t from_bytes = static_cast<std::size_t>(shape.width) * 3;
  if (same_width && same_height) return copy_rows({from, from_bytes, shape.height}, to, row_bytes);
  if (filter == Filter::nearest) return take_nearest(from, shape, box, size, to, row_bytes);

  thread_local Workshop shop;
  shop.down.prepare(shape.height, box.top, box.bottom, size.height, filter);
  const int first_row = same_height ? 0 : shop.down.first(0);
  const int last = size.height - 1;
  const int row_count = (same_height ? shape.height : shop.down.first(last) + shop.down.count(last)) - first_row;
  const Rows rows{from + static_cast<std::size_t>(first_row) * from_bytes, from_bytes, row_count};
  const std::size_t pitch = (static_cast<std::size_t>(size.width) * 3 + kLanes - 1) / kLanes * kLanes;
  std::uint8_t* const between = Workshop::room(shop.between, (rows.count + kRows) * pitch);
  if (same_width) {
    copy_rows(rows, between, pitch);
  } else {
    shop.across.prepare(shape.width, box.left, box.right, size.width, filter);
    std::uint8_t* const turned = Workshop::room(shop.turned, from_bytes * kRows);
    std::uint8_t* const narrow = Workshop::room(shop.narrow, static_cast<std::size_t>(size.width) * kLanes);
    vectorised<along_rows>(rows, shop.across, size.width, turned, narrow, between, pitch);
  }
  if (same_height) {
    for (int y = 0; y < size.height; ++y)
      std::memcpy(to + y * row_bytes, between + y * pitch, std::size_t{3} * size.width);
  } else {
    vectorised<down_columns>(between, pitch, first_row, shop.down, size, to, row_bytes);
  }
}

}  // namespace ersatz::data
