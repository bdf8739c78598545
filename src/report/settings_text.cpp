#include "report/settings_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>
#include <vector>

#include "base/text.hpp"

namespace ersatz::report {
namespace {

// ".0312", "2": three digits tell rates apart.
std::string number(double value) {
  const std::string text = fmt::format("{:.3g}", value);
  return text.starts_with("0.") ? text.substr(1) : text;
}

}  // namespace

std::string settings_text(const study::TrainingSettings& settings) {
  std::vector<std::string> parts;
  for (const study::Field& field : study::settings_fields()) {
    if (!field.of_set) continue;
    const auto* kind = std::get_if<study::NumberField>(&field.kind);
    if (kind == nullptr || !(settings.*kind->member)) continue;
    std::string name(field.key);
    std::ranges::replace(name, '_', ' ');
    parts.push_back(fmt::format("{} {}", name, number(*(settings.*kind->member))));
  }
  return join_words(parts, ", ");
}

}  // namespace ersatz::report
