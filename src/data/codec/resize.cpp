#include "data/codec/resize.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "base/error.hpp"
#include "base/json.hpp"
#include "data/codec/resample.hpp"

namespace ersatz::data {
namespace {

// In the order of the enumerations.
constexpr std::array<std::string_view, 3> kFits{"crop", "squash", "pad"};
constexpr std::array<std::string_view, 5> kFilters{"nearest", "box", "bilinear", "bicubic", "lanczos"};

template <typename Kind, std::size_t kCount>
Kind parse(const std::array<std::string_view, kCount>& names, std::string_view name, const char* what) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(fmt::format("\"{}\" is no {}", name, what), fmt::format("there are {}", fmt::join(names, ", ")));
  }
  return static_cast<Kind>(found - names.begin());
}

struct Extent {
  double width, height;
};

Extent extent(const Box& box) {
  return {static_cast<double>(box.right) - box.left, static_cast<double>(box.bottom) - box.top};
}

/// The largest part in the middle that has the proportions of `size`.
Box middle(const Box& region, ImageShape size) {
  const auto [width, height] = extent(region);
  const double has = width / height, wants = static_cast<double>(size.width) / size.height;
  double kept_width = width, kept_height = height;
  if (has > wants) kept_width = wants * height;
  if (has < wants) kept_height = width / wants;
  const double left = region.left + (width - kept_width) * 0.5, top = region.top + (height - kept_height) * 0.5;
  return {static_cast<float>(left), static_cast<float>(top),
          std::min(static_cast<float>(left + kept_width), region.right),
          std::min(static_cast<float>(top + kept_height), region.bottom)};
}

/// The largest size of the proportions of `region` that has room in `size`.
ImageShape contained(const Box& region, ImageShape size) {
  const auto [width, height] = extent(region);
  const double has = width / height, wants = static_cast<double>(size.width) / size.height;
  // Halves are rounded to even numbers, as Python does.
  if (has > wants) return {std::max(1, static_cast<int>(std::nearbyint(height / width * size.width))), size.width};
  if (has < wants) return {size.height, std::max(1, static_cast<int>(std::nearbyint(width / height * size.height)))};
  return size;
}

}  // namespace

std::string_view fit_name(Fit fit) { return kFits.at(static_cast<std::size_t>(fit)); }
std::string_view filter_name(Filter filter) { return kFilters.at(static_cast<std::size_t>(filter)); }
std::vector<std::string> fit_names() { return {kFits.begin(), kFits.end()}; }
std::vector<std::string> filter_names() { return {kFilters.begin(), kFilters.end()}; }
Fit parse_fit(std::string_view name) { return parse<Fit>(kFits, name, "way to fit an image"); }
Filter parse_filter(std::string_view name) { return parse<Filter>(kFilters, name, "filter"); }

Json to_json(const Resize& resize) {
  return {{"height", resize.size.height},
          {"width", resize.size.width},
          {"fit", fit_name(resize.fit)},
          {"filter", filter_name(resize.filter)},
          {"draft", resize.draft}};
}

Resize resize_from_json(const Json& value) {
  return {{value.at("height").get<int>(), value.at("width").get<int>()},
          parse_fit(value.at("fit").get<std::string>()),
          parse_filter(value.at("filter").get<std::string>()),
          value.at("draft").get<bool>()};
}

void resize_picture(const Picture& picture, const Resize& resize, std::uint8_t* pixels) {
  const ImageShape size = resize.size;
  const Box region = resize.fit == Fit::crop ? middle(picture.region, size) : picture.region;
  const ImageShape inner = resize.fit == Fit::pad ? contained(picture.region, size) : size;
  const std::size_t row_bytes = std::size_t{3} * size.width;
  std::uint8_t* first = pixels;
  if (inner != size) {
    std::fill_n(pixels, size.bytes(), std::uint8_t{0});
    const auto half = [](int rest) { return static_cast<std::size_t>(std::nearbyint(rest * 0.5)); };
    first += half(size.height - inner.height) * row_bytes + 3 * half(size.width - inner.width);
  }
  resample(picture.pixels.data(), picture.shape, region, resize.filter, inner, first, row_bytes);
}

Remarks decode_resized(std::string_view file, const Resize& resize, Picture& memory, std::uint8_t* pixels) {
  decode_image(file, memory, resize.draft ? resize.size : ImageShape{});
  resize_picture(memory, resize, pixels);
  return memory.remarks;
}

}  // namespace ersatz::data
