#include <fmt/format.h>
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "data/codec/format.hpp"

namespace ersatz::data {
namespace {

/// What giflib reads from.
struct Input {
  std::string_view rest;
};

int read_bytes(GifFileType* gif, GifByteType* to, int count) {
  auto& rest = static_cast<Input*>(gif->UserData)->rest;
  const std::size_t size = std::min(rest.size(), static_cast<std::size_t>(std::max(count, 0)));
  std::memcpy(to, rest.data(), size);
  rest.remove_prefix(size);
  return static_cast<int>(size);
}

struct Close {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, Close>;

Error failure(int code, const Input& input) {
  if (input.rest.empty()) return Error("is cut short");
  const char* const text = GifErrorString(code);
  return Error(fmt::format("cannot be decoded: {}", text != nullptr ? text : "its GIF data are damaged"));
}

/// Goes on to the first image; the transparent colour that is said on the way.
std::optional<int> find_image(GifFileType* gif, const Input& input) {
  std::optional<int> transparent;
  while (true) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(gif, &record) != GIF_OK) throw failure(gif->Error, input);
    if (record == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(gif) != GIF_OK) throw failure(gif->Error, input);
      return transparent;
    }
    if (record == TERMINATE_RECORD_TYPE) throw Error("holds no image");
    int kind = 0;
    GifByteType* block = nullptr;  // its first byte is its size
    if (DGifGetExtension(gif, &kind, &block) != GIF_OK) throw failure(gif->Error, input);
    if (kind == GRAPHICS_EXT_FUNC_CODE && block != nullptr && block[0] >= 4) {
      transparent.reset();
      if ((block[1] & 1) != 0) transparent = block[4];
    }
    while (block != nullptr) {
      if (DGifGetExtensionNext(gif, &block) != GIF_OK) throw failure(gif->Error, input);
    }
  }
}

/// Colours of all 256 values, RGBA: those without an entry are black.
std::array<std::uint8_t, 1024> palette(const GifFileType* gif, std::optional<int> transparent) {
  std::array<std::uint8_t, 1024> rgba{};
  const ColorMapObject* const map = gif->Image.ColorMap != nullptr ? gif->Image.ColorMap : gif->SColorMap;
  for (std::size_t i = 0; i < 256; ++i) {
    std::uint8_t* const color = rgba.data() + 4 * i;
    if (map == nullptr) {
      std::fill_n(color, 3, static_cast<std::uint8_t>(i));
    } else if (i < static_cast<std::size_t>(map->ColorCount)) {
      color[0] = map->Colors[i].Red;
      color[1] = map->Colors[i].Green;
      color[2] = map->Colors[i].Blue;
    }
    color[3] = transparent == static_cast<int>(i) ? 0 : 255;
  }
  return rgba;
}

/// The rows of a frame in the order in which they are stored.
std::vector<int> row_order(int height, bool interlaced) {
  std::vector<int> rows;
  const auto add = [&](int first, int step) {
    for (int y = first; y < height; y += step) rows.push_back(y);
  };
  if (interlaced) {
    add(0, 8);
    add(4, 8);
    add(2, 4);
    add(1, 2);
  } else {
    add(0, 1);
  }
  return rows;
}

/// Reads on behind the first image, without decoding: whether another one follows. Error when the end mark is missing.
bool has_more_frames(std::string_view rest) {
  bool more = false;
  const auto take = [&](std::size_t count) {
    if (rest.size() < count) throw Error("is cut short");
    const std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  };
  const auto byte = [&] { return std::size_t{static_cast<std::uint8_t>(take(1)[0])}; };
  while (true) {
    const std::size_t record = byte();
    if (record == 0x3b) return more;
    if (record == 0) continue;  // some programs fill up with zeros
    if (record == 0x21) {
      take(1);
    } else if (record == 0x2c) {
      more = true;
      const auto flags = static_cast<std::uint8_t>(take(9)[8]);
      if ((flags & 0x80) != 0) take(std::size_t{3} << ((flags & 7) + 1));
      take(1);
    } else {
      throw Error("cannot be decoded: its GIF data are damaged");
    }
    while (const std::size_t size = byte()) take(size);
  }
}

}  // namespace

void decode_gif(std::string_view file, Canvas& canvas) {
  Input input{file};
  int code = 0;
  const Gif gif(DGifOpen(&input, read_bytes, &code));
  if (gif == nullptr) throw failure(code, input);
  const std::optional<int> transparent = find_image(gif.get(), input);
  const GifImageDesc& image = gif->Image;
  if (image.Width < 1 || image.Height < 1 || image.Left < 0 || image.Top < 0) throw Error("has no pixels");
  // As in Pillow, a frame that sticks out of the canvas enlarges it.
  const ImageShape shape{std::max(gif->SHeight, image.Top + image.Height),
                         std::max(gif->SWidth, image.Left + image.Width)};
  std::uint8_t* const pixels = canvas.begin({shape});
  if (pixels == nullptr) return;

  const std::array<std::uint8_t, 1024> colors = palette(gif.get(), transparent);
  std::uint8_t* const rgba = rgba_room(shape);
  if (image.Width != shape.width || image.Height != shape.height) {
    const std::size_t count = static_cast<std::size_t>(shape.height) * shape.width;
    const std::uint8_t* const around = colors.data() + 4 * static_cast<std::size_t>(transparent.value_or(0));
    for (std::size_t i = 0; i < count; ++i) std::copy_n(around, 4, rgba + 4 * i);
  }
  std::vector<GifPixelType> line(static_cast<std::size_t>(image.Width));
  for (const int y : row_order(image.Height, image.Interlace)) {
    if (DGifGetLine(gif.get(), line.data(), image.Width) != GIF_OK) throw failure(gif->Error, input);
    std::uint8_t* to = rgba + 4 * ((std::size_t{0} + image.Top + y) * shape.width + image.Left);
    for (const GifPixelType value : line) {
      std::copy_n(colors.data() + std::size_t{4} * value, 4, to);
      to += 4;
    }
  }
  canvas.remarks.animated = has_more_frames(input.rest);
  lay_over_white(rgba, shape, pixels, canvas.remarks);
}

}  // namespace ersatz::data
