#include "data/codec/decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.hpp"
#include "data/codec/format.hpp"
#include "data/codec/orientation.hpp"

namespace ersatz::data {
namespace {

constexpr char kFormats[] = "JPEG, PNG, WebP, GIF or BMP";

/// What a file of a kind has at `offset`.
struct Signature {
  std::size_t offset;
  std::string_view bytes;
  bool matches(std::string_view file) const { return file.size() > offset && file.substr(offset).starts_with(bytes); }
};

struct Format {
  Signature signature;
  void (*decode)(std::string_view file, Canvas& canvas);
};

constexpr std::array<Format, 5> kDecoders{{{{0, "\xff\xd8\xff"}, decode_jpeg},
                                           {{0, "\x89PNG\r\n\x1a\n"}, decode_png},
                                           {{8, "WEBP"}, decode_webp},
                                           {{0, "GIF8"}, decode_gif},
                                           {{0, "BM"}, decode_bmp}}};

Error not_an_image(std::string_view file) {
  struct Other {
    Signature signature;
    const char* name;
  };
  constexpr std::array<Other, 13> kOthers{{{{0, "II*"}, "TIFF"},
                                           {{0, "MM"}, "TIFF"},
                                           {{4, "ftypavi"}, "AVIF"},
                                           {{4, "ftyphe"}, "HEIC"},
                                           {{4, "ftypmif1"}, "HEIC"},
                                           {{4, "jP  "}, "JPEG 2000"},
                                           {{0, "\xff\x4f\xff\x51"}, "JPEG 2000"},
                                           {{4, "JXL "}, "JPEG XL"},
                                           {{0, "8BPS"}, "Photoshop"},
                                           {{0, "P6\n"}, "PPM"},
                                           {{0, "<svg"}, "SVG"},
                                           {{0, "<!DOCTYPE"}, "a web page"},
                                           {{0, "<html"}, "a web page"}}};
  if (file.empty()) return Error("is empty");
  for (const auto& [signature, name] : kOthers) {
    if (signature.matches(file)) {
      return Error(fmt::format("is not a {} image but seems to be {}", kFormats, name), "convert the images to PNG");
    }
  }
  return Error(fmt::format("is not a {} image", kFormats));
}

void decode_any(std::string_view file, Canvas& canvas) {
  for (const Format& format : kDecoders) {
    if (format.signature.matches(file)) return format.decode(file, canvas);
  }
  throw not_an_image(file);
}

class SizeOnly : public Canvas {
 public:
  ImageShape shape;

 private:
  std::uint8_t* room(const Header& header) override {
    shape = turned(header.shape, header.orientation);
    return nullptr;
  }
};

/// Pixels that have to be turned are decoded to memory of this thread first.
class TurningCanvas : public Canvas {
 public:
  void finish() {
    if (pixels_ == nullptr) return;
    turn(lying().data(), header_.shape, header_.orientation, pixels_);
    if (lying().size() > kKeptBytes) lying() = {};
    remarks.turned = true;
  }

 protected:
  std::uint8_t* room_for(const Header& header, std::uint8_t* pixels) {
    if (header.orientation == 1) return pixels;
    header_ = header;
    pixels_ = pixels;
    if (lying().size() < header.shape.bytes()) lying().resize(header.shape.bytes());
    return lying().data();
  }

 private:
  static std::vector<std::uint8_t>& lying() {
    thread_local std::vector<std::uint8_t> pixels;
    return pixels;
  }
  Header header_;
  std::uint8_t* pixels_ = nullptr;
};

class FixedCanvas : public TurningCanvas {
 public:
  FixedCanvas(ImageShape expected, std::uint8_t* pixels) : expected_(expected), pixels_(pixels) {}

 private:
  std::uint8_t* room(const Header& header) override {
    const ImageShape actual = turned(header.shape, header.orientation);
    if (actual != expected_) throw wrong_size(actual, expected_);
    return room_for(header, pixels_);
  }
  ImageShape expected_;
  std::uint8_t* pixels_;
};

class PictureCanvas : public TurningCanvas {
 public:
  PictureCanvas(Picture& picture, ImageShape needed) : picture_(picture), needed_(needed) {}

  int reduction(const Header& header) override {
    if (needed_.height < 1 || needed_.width < 1) return 1;
    const ImageShape lying = turned(needed_, header.orientation);
    const int larger = std::min(header.shape.height / 2 / lying.height, header.shape.width / 2 / lying.width);
    const int times = larger >= 8 ? 8 : larger >= 4 ? 4 : larger >= 2 ? 2 : 1;
    region_ = covering(header.shape, times);
    return times;
  }

 private:
  std::uint8_t* room(const Header& header) override {
    picture_.shape = turned(header.shape, header.orientation);
    picture_.pixels.resize(picture_.shape.bytes());
    const Box region = region_ ? *region_ : covering(header.shape, 1);
    picture_.region = turned(region, header.shape, header.orientation);
    return room_for(header, picture_.pixels.data());
  }
  static Box covering(ImageShape shape, int reduction) {
    return {0, 0, static_cast<float>(shape.width) / static_cast<float>(reduction),
            static_cast<float>(shape.height) / static_cast<float>(reduction)};
  }
  Picture& picture_;
  ImageShape needed_;
  std::optional<Box> region_;
};

}  // namespace

WrongSize wrong_size(ImageShape actual, ImageShape expected) {
  return WrongSize(fmt::format("is {} x {} pixels, but the first image has {} x {}", actual.width, actual.height,
                               expected.width, expected.height),
                   "all images of a data set must have one size: resize them");
}

ImageShape image_size(std::string_view file) {
  SizeOnly canvas;
  decode_any(file, canvas);
  return canvas.shape;
}

Remarks decode_image(std::string_view file, ImageShape expected, std::uint8_t* pixels) {
  FixedCanvas canvas(expected, pixels);
  decode_any(file, canvas);
  canvas.finish();
  return canvas.remarks;
}

void decode_image(std::string_view file, Picture& picture, ImageShape needed) {
  PictureCanvas canvas(picture, needed);
  decode_any(file, canvas);
  canvas.finish();
  picture.remarks = canvas.remarks;
}

}  // namespace ersatz::data
