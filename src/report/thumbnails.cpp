#include "report/thumbnails.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "data/codec/encode_jpeg.hpp"
#include "data/codec/resample.hpp"
#include "study/output_layout.hpp"

namespace ersatz::report {
namespace fs = std::filesystem;
namespace {

constexpr int kLongerSide = 64, kColumns = 40, kQuality = 80;
constexpr int kBlock = 16;  // of a JPEG whose colours have half the resolution
constexpr std::size_t kMost = 1200, kPixels = 1'600'000;
constexpr int kFormat = 1;
constexpr char kDeleteIt[] = "delete it: the study's ersatz run makes it again";

int whole_blocks(int pixels) { return (pixels + kBlock - 1) / kBlock * kBlock; }

data::ImageShape shrunk(data::ImageShape shape) {
  const int longer = std::max(shape.height, shape.width);
  if (longer <= kLongerSide) return shape;
  const auto side = [&](int pixels) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(pixels) * kLongerSide / longer)));
  };
  return {side(shape.height), side(shape.width)};
}

bool is_side(int pixels) { return pixels >= 1 && pixels <= kLongerSide; }

// Pictures are of the images of a list: of another list, which leaves others out, they would have wrong names.
std::string hash_of_list(const fs::path& out, const std::string& source) {
  return to_hex(sha256(read_file(study::test_images_file(out, source))));
}

Error not_ours(const fs::path& file, const std::string& reason) {
  return Error(fmt::format("{} is not as ersatz writes it: {}", file.string(), reason), kDeleteIt);
}

}  // namespace

std::optional<std::size_t> Thumbnails::place_of(std::uint32_t image) const {
  const auto found = std::ranges::lower_bound(images, image);
  if (found == images.end() || *found != image) return std::nullopt;
  return static_cast<std::size_t>(found - images.begin());
}

int Thumbnails::rows() const { return (static_cast<int>(images.size()) + columns - 1) / columns; }

std::size_t most_thumbnails(data::ImageShape shape) {
  const data::ImageShape small = shrunk(shape);
  return std::min(kMost, kPixels / static_cast<std::size_t>(whole_blocks(small.height) * whole_blocks(small.width)));
}

Thumbnails make_thumbnails(const std::vector<std::uint32_t>& images, data::ImageShape shape,
                           const std::function<std::span<const std::uint8_t>(std::uint32_t image)>& pixels) {
  Thumbnails made;
  made.shape = shrunk(shape);
  made.stride = {whole_blocks(made.shape.height), whole_blocks(made.shape.width)};
  made.columns = std::clamp(static_cast<int>(images.size()), 1, kColumns);
  made.images = images;
  const data::ImageShape all{std::max(1, made.rows()) * made.stride.height, made.columns * made.stride.width};
  std::vector<std::uint8_t> canvas(all.bytes(), 255);
  const std::size_t row_bytes = std::size_t{3} * static_cast<std::size_t>(all.width);
  const data::Box whole{0, 0, static_cast<float>(shape.width), static_cast<float>(shape.height)};
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto columns = static_cast<std::size_t>(made.columns);
    std::uint8_t* const to = canvas.data() + i / columns * static_cast<std::size_t>(made.stride.height) * row_bytes +
                             i % columns * static_cast<std::size_t>(made.stride.width) * 3;
    data::resample(pixels(images[i]).data(), shape, whole, data::Filter::bicubic, made.shape, to, row_bytes);
  }
  made.jpeg = base64(data::encode_jpeg(canvas, all, kQuality));
  return made;
}

Json to_json(const Thumbnails& thumbnails) {
  return {{"height", thumbnails.shape.height},
          {"width", thumbnails.shape.width},
          {"columns", thumbnails.columns},
          {"images", thumbnails.images},
          {"jpeg", thumbnails.jpeg}};
}

Thumbnails thumbnails_from_json(const Json& value, std::size_t images) {
  Thumbnails read;
  value.at("height").get_to(read.shape.height);
  value.at("width").get_to(read.shape.width);
  value.at("columns").get_to(read.columns);
  value.at("images").get_to(read.images);
  value.at("jpeg").get_to(read.jpeg);
  const bool increasing = std::ranges::adjacent_find(read.images, std::ranges::greater_equal()) == read.images.end();
  if (!is_side(read.shape.height) || !is_side(read.shape.width) || read.columns < 1 || read.columns > kColumns ||
      read.images.size() > kMost || !increasing || (!read.images.empty() && read.images.back() >= images) ||
      !is_base64(read.jpeg)) {
    throw Error("its numbers do not fit");
  }
  read.stride = {whole_blocks(read.shape.height), whole_blocks(read.shape.width)};
  return read;
}

void write_pictures(const fs::path& out, const std::string& source, const fs::path& file, const Json& content) {
  Json value{{"format", kFormat}, {"list", hash_of_list(out, source)}};
  value.update(content);
  write_file(file, value.dump() + "\n");
}

bool read_pictures(const fs::path& out, const std::string& source, const fs::path& file,
                   const std::function<void(const Json&)>& take) {
  if (!fs::exists(file)) return false;
  const Json value = read_json(file);
  try {
    if (value.at("format").get<int>() != kFormat) return false;  // a later version's
    if (value.at("list").get<std::string>() != hash_of_list(out, source)) return false;
    take(value);
    return true;
  } catch (const Json::exception& problem) {
    throw not_ours(file, problem.what());
  } catch (const Error& problem) {
    throw not_ours(file, problem.what());
  }
}

void write_thumbnails(const fs::path& out, const std::string& source, const Thumbnails& thumbnails) {
  write_pictures(out, source, study::thumbnails_file(out, source), to_json(thumbnails));
}

std::optional<Thumbnails> read_thumbnails(const fs::path& out, const std::string& source, std::size_t test_images) {
  Thumbnails thumbnails;
  const auto take = [&](const Json& value) { thumbnails = thumbnails_from_json(value, test_images); };
  if (!read_pictures(out, source, study::thumbnails_file(out, source), take)) return std::nullopt;
  return thumbnails;
}

}  // namespace ersatz::report
