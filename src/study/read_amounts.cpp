#include "study/read_amounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/json.hpp"

namespace ersatz::study {
namespace {

constexpr std::string_view kAmountRule = "must be \"all\", a number of images (5000) or a fraction (0.5)";

Amount to_amount(const TomlSection& section, const std::string& key, const toml::node& node) {
  if (const auto* text = node.as_string()) {
    if (text->get() != "all") section.fail(key, fmt::format("{}, but is \"{}\"", kAmountRule, text->get()));
    return {};
  }
  if (const auto* count = node.as_integer()) {
    if (count->get() < 0) section.fail(key, fmt::format("must be at least 0 images, but is {}", count->get()));
    return {Amount::Kind::count, static_cast<double>(count->get())};
  }
  if (const auto* fraction = node.as_floating_point()) {
    const double value = fraction->get();
    if (!(value >= 0 && value <= 1)) {
      section.fail(key, fmt::format("a fraction must be at least 0 and at most 1, but is {}", value),
                   "a number of images is written without a decimal point");
    }
    if (value == 0) return {Amount::Kind::count, 0};
    if (value == 1) return {};
    return {Amount::Kind::fraction, value};
  }
  section.fail(key, std::string(kAmountRule));
}

}  // namespace

std::vector<Amount> read_amounts(const TomlSection& section, const std::string& source) {
  const auto* list = section.node(source).as_array();
  if (list == nullptr) return {to_amount(section, source, section.node(source))};
  if (list->empty()) section.fail(source, "must not be empty");
  std::vector<Amount> amounts;
  for (const toml::node& entry : *list) {
    amounts.push_back(to_amount(section, source, entry));
    if (std::ranges::count(amounts, amounts.back()) > 1) {
      section.fail(source, fmt::format("holds {} twice", amount_text(amounts.back())));
    }
  }
  return amounts;
}

Choices read_choices(const TomlSection& sources) {
  Choices choices;
  for (const std::string& source : sources.keys()) choices.emplace_back(source, read_amounts(sources, source));
  return choices;
}

bool is_nothing(const Amount& amount) { return amount.kind == Amount::Kind::count && amount.value == 0; }

std::string amount_text(const Amount& amount) {
  const Json value = to_json(amount);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace ersatz::study
