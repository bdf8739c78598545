#include "data/derive/derived_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

namespace ersatz::data {
namespace {

enum class Value { none, whole, number, share, class_name };

struct KindInfo {
  Derive kind;
  std::string_view name, value_name;
  Value value = Value::none;
  double least = 0, most = 0;
  bool without_least = false;  ///< must be above `least`
};

constexpr double kMostComponents = 256, kMostImages = 10'000'000, kLargestSide = 16384;

constexpr std::array<KindInfo, 13> kKinds{{
    {Derive::as_is, "as-is", ""},
    {Derive::pca, "pca", "K", Value::whole, 1, kMostComponents},
    {Derive::jpeg, "jpeg", "Q", Value::whole, 1, 100},
    {Derive::blur, "blur", "SIGMA", Value::number, 0, 16, true},
    {Derive::noise, "noise", "DEVIATION", Value::number, 0, 255, true},
    {Derive::resize, "resize", "N", Value::whole, 1, kLargestSide},
    {Derive::saturation, "saturation", "X", Value::number, 0, 4},
    {Derive::typical, "typical", "SHARE", Value::share, 0, 1, true},
    {Derive::diverse, "diverse", "SHARE", Value::share, 0, 1, true},
    {Derive::duplicated, "duplicated", "N", Value::whole, 1, kMostImages},
    {Derive::mislabelled, "mislabelled", "SHARE", Value::share, 0, 1, true},
    {Derive::classes_without, "classes-without", "CLASS", Value::class_name},
    {Derive::mixed, "mixed", "SHARE", Value::share, 0, 1, true},
}};

const KindInfo& info_of(Derive kind) {
  return *std::ranges::find(kKinds, kind, &KindInfo::kind);  // (all are there)
}

std::string full_name(const KindInfo& info) {
  return info.value == Value::none ? std::string(info.name) : fmt::format("{}:{}", info.name, info.value_name);
}

std::string example_of(const KindInfo& info) {
  switch (info.value) {
    case Value::none: return std::string(info.name);
    case Value::share: return fmt::format("{}:0.2", info.name);
    case Value::class_name: return fmt::format("{}:dog", info.name);
    case Value::whole: return fmt::format("{}:{}", info.name, info.kind == Derive::duplicated ? 500 : 16);
    case Value::number: break;
  }
  return fmt::format("{}:{}", info.name, info.kind == Derive::noise ? "20" : "0.5");
}

std::string range_of(const KindInfo& info) {
  const std::string_view what = info.value == Value::whole ? "a whole number" : "a number";
  return info.without_least ? fmt::format("{} above {} and at most {}", what, info.least, info.most)
                            : fmt::format("{} from {} to {}", what, info.least, info.most);
}

double parse_number(const KindInfo& info, std::string_view text) {
  const std::optional<double> number = number_from<double>(text);
  const bool fits = number && std::isfinite(*number) && *number >= info.least && *number <= info.most &&
                    !(info.without_least && *number <= info.least) &&
                    !(info.value == Value::whole && *number != std::floor(*number));
  if (fits) return *number;
  throw Error(fmt::format("--kind {}:{}: {} must be {}", info.name, text, info.value_name, range_of(info)),
              fmt::format("for example --kind {}", example_of(info)));
}

}  // namespace

std::string DerivedKind::text() const {
  const KindInfo& info = info_of(kind);
  if (info.value == Value::none) return std::string(info.name);
  if (info.value == Value::class_name) return fmt::format("{}:{}", info.name, class_name);
  if (info.value == Value::whole) return fmt::format("{}:{}", info.name, std::llround(value));
  return fmt::format("{}:{}", info.name, value);
}

DerivedKind parse_derived_kind(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const auto info = std::ranges::find(kKinds, name, &KindInfo::name);
  if (info == kKinds.end()) {
    std::vector<std::string> names;
    for (const KindInfo& one : kKinds) names.emplace_back(one.name);
    const std::string nearest = nearest_word(name, names);
    throw Error(fmt::format("--kind: there is no kind \"{}\"", name),
                nearest.empty() ? "there are: " + join_words(derived_kind_names())
                                : fmt::format("did you mean \"{}\"?", nearest));
  }
  const bool has_value = colon != std::string::npos;
  if (info->value == Value::none) {
    if (has_value) throw Error(fmt::format("--kind {}: {} takes no value", text, name), "write --kind " + name);
    return {info->kind, 0, {}};
  }
  const std::string value = has_value ? text.substr(colon + 1) : "";
  if (value.empty()) {
    throw Error(fmt::format("--kind {}: it takes a value, {}", text, full_name(*info)),
                fmt::format("for example --kind {}", example_of(*info)));
  }
  if (info->value == Value::class_name) return {info->kind, 0, value};
  return {info->kind, parse_number(*info, value), {}};
}

std::vector<std::string> derived_kind_names() {
  std::vector<std::string> names;
  for (const KindInfo& info : kKinds) names.push_back(full_name(info));
  return names;
}

std::vector<Augmentation> pixel_changes(const DerivedKind& kind, ImageShape shape) {
  const int whole = static_cast<int>(kind.value);
  switch (kind.kind) {
    case Derive::jpeg: return {Jpeg{1, whole, whole}};
    case Derive::blur: return {Blur{1, kind.value, kind.value}};
    case Derive::noise: return {Noise{1, kind.value}};
    case Derive::saturation: return {Color{1, {}, {}, {1 - kind.value, kind.value - 1}, 0}};
    case Derive::resize: {
      const int longer = std::max(shape.height, shape.width);
      if (whole >= longer) {
        throw Error(fmt::format("--kind {}: images of {} x {} pixels are not larger than that", kind.text(),
                                shape.width, shape.height),
                    fmt::format("for example --kind resize:{}", std::max(1, longer / 2)));
      }
      const double factor = static_cast<double>(longer) / whole;
      return {Shrink{1, factor, factor}};
    }
    default: return {};
  }
}

}  // namespace ersatz::data
