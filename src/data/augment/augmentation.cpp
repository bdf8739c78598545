#include "data/augment/augmentation.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/overloaded.hpp"
#include "base/suggest.hpp"

namespace ersatz::data {
namespace {

// In the order of the variant.
constexpr std::array<std::string_view, std::variant_size_v<Augmentation>> kNames{
    "flip", "crop", "color", "cutout", "jpeg", "blur", "noise", "zoom", "resize"};

template <std::size_t... I>
Augmentation make(std::size_t kind, std::index_sequence<I...>) {
  Augmentation made;
  ((kind == I ? void(made.emplace<I>()) : void()), ...);
  return made;
}

/// Shows every parameter of an augmentation to a visitor: once to write them, once to read them.
template <typename Visitor>
void visit_parameters(Augmentation& augmentation, Visitor& visitor) {
  std::visit([&](auto& kind) { visitor.number("probability", kind.probability, 0, 1); }, augmentation);
  std::visit(Overloaded{
                 [&](Flip& flip) { visitor.flag("alternate", flip.alternate); },
                 [&](Crop& crop) {
                   visitor.integer("padding", crop.padding, 1, 64);
                   visitor.flag("reflect", crop.reflect);
                 },
                 [&](Color& color) {
                   visitor.factor("brightness", color.brightness);
                   visitor.factor("contrast", color.contrast);
                   visitor.factor("saturation", color.saturation);
                   visitor.number("hue", color.hue, 0, 0.5);
                 },
                 [&](Cutout& cutout) { visitor.integer("size", cutout.size, 1, 4096); },
                 [&](Jpeg& jpeg) { visitor.integers("quality", jpeg.low, jpeg.high, 1, 100); },
                 [&](Blur& blur) { visitor.numbers("sigma", blur.low, blur.high, 0, 16); },
                 [&](Noise& noise) { visitor.number("deviation", noise.deviation, 0, 255); },
                 [&](Zoom& zoom) {
                   visitor.numbers("scale", zoom.least_scale, zoom.most_scale, 0.01, 1);
                   visitor.numbers("ratio", zoom.least_ratio, zoom.most_ratio, 0.1, 10);
                 },
                 [&](Shrink& shrink) { visitor.numbers("factor", shrink.low, shrink.high, 1, 64); },
             },
             augmentation);
}

class Writer {
 public:
  explicit Writer(std::string_view name) : value_{{"name", name}} {}
  void number(const char* key, double x, double, double) { value_[key] = x; }
  void integer(const char* key, int x, int, int) { value_[key] = x; }
  void flag(const char* key, bool x) { value_[key] = x; }
  void integers(const char* key, int low, int high, int, int) { value_[key] = {low, high}; }
  void numbers(const char* key, double low, double high, double, double) { value_[key] = {low, high}; }
  void factor(const char* key, const Factor& x) {
    if (x.below == x.above) return number(key, x.below, 0, 0);
    numbers(key, 1 - x.below, 1 + x.above, 0, 0);
  }
  const Json& value() const { return value_; }

 private:
  Json value_;
};

class Reader {
 public:
  Reader(const Json& value, std::string name) : value_(value), name_(std::move(name)) {}

  void number(const char* key, double& x, double least, double most) {
    if (const Json* found = find(key)) x = checked(key, *found, least, most);
  }
  void integer(const char* key, int& x, int least, int most) {
    if (const Json* found = find(key)) x = whole(key, *found, least, most);
  }
  void flag(const char* key, bool& x) {
    const Json* found = find(key);
    if (found == nullptr) return;
    if (!found->is_boolean()) fail(key, "must be true or false");
    x = found->get<bool>();
  }
  void integers(const char* key, int& low, int& high, int least, int most) {
    if (const auto ends = range(key)) {
      low = whole(key, ends->first, least, most), high = whole(key, ends->second, least, most);
      if (low > high) fail(key, fmt::format("goes from {} to {}: the smaller one comes first", low, high));
    }
  }
  void numbers(const char* key, double& low, double& high, double least, double most) {
    if (const auto ends = range(key)) {
      low = checked(key, ends->first, least, most), high = checked(key, ends->second, least, most);
      if (low > high) fail(key, fmt::format("goes from {} to {}: the smaller one comes first", low, high));
    }
  }
  void factor(const char* key, Factor& x) {
    const Json* found = find(key);
    if (found == nullptr) return;
    if (found->is_array()) {
      constexpr double kMost = 4;
      double low = 0, high = 0;
      numbers(key, low, high, 0, kMost);
      // [0.8, 1.2] is 0.2, although 1 - 0.8 is not to the last bit: two ways of writing the same have one id.
      const auto rounded = [](double value) { return std::round(value * 1e9) / 1e9; };
      x = {rounded(1 - low), rounded(high - 1)};
    } else {
      number(key, x.below, 0, 1);
      x.above = x.below;
    }
  }
  // Call it last.
  void refuse_others() const {
    for (const auto& [key, ignored] : value_.items()) {
      if (key == "name" || std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      throw Error(fmt::format("{} has no parameter \"{}\"", name_, key), suggest(key, known_, "it has"));
    }
  }

 private:
  [[noreturn]] void fail(const char* key, std::string_view problem) const {
    throw Error(fmt::format("{}: {} {}", name_, key, problem));
  }
  const Json* find(const char* key) {
    known_.emplace_back(key);
    const auto found = value_.find(key);
    return found == value_.end() ? nullptr : &*found;
  }
  // A pair, or one number that is both ends.
  std::optional<std::pair<Json, Json>> range(const char* key) {
    const Json* found = find(key);
    if (found == nullptr) return std::nullopt;
    if (found->is_number()) return std::pair(*found, *found);
    if (!found->is_array() || found->size() != 2) fail(key, "must be a number, or a pair like [1, 2]");
    return std::pair(found->at(0), found->at(1));
  }
  double checked(const char* key, const Json& value, double least, double most) const {
    if (!value.is_number()) fail(key, "must be a number");
    const auto x = value.get<double>();
    if (!(x >= least && x <= most)) fail(key, fmt::format("must lie in {} .. {}, but is {}", least, most, x));
    return x;
  }
  int whole(const char* key, const Json& value, int least, int most) const {
    if (!value.is_number_integer()) fail(key, "must be an integer");
    return static_cast<int>(checked(key, value, least, most));
  }

  const Json& value_;
  std::string name_;
  std::vector<std::string> known_;
};

Json all_parameters(Augmentation augmentation) {
  Writer writer(augmentation_name(augmentation));
  visit_parameters(augmentation, writer);
  return writer.value();
}

}  // namespace

std::string_view augmentation_name(const Augmentation& augmentation) { return kNames[augmentation.index()]; }

std::vector<std::string> augmentation_names() { return {kNames.begin(), kNames.end()}; }

Json to_json(const Augmentation& augmentation) {
  const Json usual = all_parameters(make(augmentation.index(), std::make_index_sequence<kNames.size()>()));
  Json value = all_parameters(augmentation);
  for (const auto& [key, parameter] : usual.items()) {
    if (key != "name" && value[key] == parameter) value.erase(key);
  }
  return value.size() == 1 ? value["name"] : value;
}

Augmentation augmentation_from_json(const Json& value) {
  const Json described = value.is_string() ? Json{{"name", value}} : value;
  if (!described.is_object() || !described.contains("name") || !described["name"].is_string()) {
    throw Error("an augmentation is a name, or a table with a name", "\"flip\", or { name = \"crop\", padding = 2 }");
  }
  const auto name = described["name"].get<std::string>();
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    throw Error(fmt::format("there is no augmentation \"{}\"", name), suggest(name, augmentation_names(), "there are"));
  }
  Augmentation made = make(static_cast<std::size_t>(found - kNames.begin()), std::make_index_sequence<kNames.size()>());
  Reader reader(described, name);
  visit_parameters(made, reader);
  reader.refuse_others();
  return made;
}

Augmentation transform_from_json(const Json& value) {
  Augmentation made = augmentation_from_json(value);
  if (!value.is_object() || !value.contains("probability")) {
    std::visit([](auto& kind) { kind.probability = 1; }, made);
  }
  return made;
}

}  // namespace ersatz::data
