#pragma once

#include <concepts>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/json_fwd.hpp"
#include "base/whole_number.hpp"

namespace ersatz {

/// How deep arrays and objects may lie in one another. Our own files and the notes of Hugging Face need less than 20.
inline constexpr std::size_t kDeepestJson = 64;

/// Parses JSON, which someone else may have written, in a time that grows with its length alone. Of a key that an
/// object has twice the last value counts. Throws Error, whose text goes behind the name of what is read: "is not valid
/// JSON: ...", "is JSON of more than 64 levels".
Json parse_json(std::string_view text);

/// Parses a file. Throws Error naming the file when it is missing or not JSON.
Json read_json(const std::filesystem::path& path);

/// Writes a file, indented by two, whole or not at all.
void write_json(const std::filesystem::path& path, const Json& value);

template <typename T, typename>
struct CheckedSerializer : nlohmann::adl_serializer<T, void> {};

/// get<int>() and its like throw Json::out_of_range for fractions and for numbers that the type does not have.
template <typename T>
struct CheckedSerializer<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>>>
    : nlohmann::adl_serializer<T, void> {
  template <typename Value>
  static void from_json(const Value& json, T& number) {
    if (!json.is_number()) return nlohmann::adl_serializer<T, void>::from_json(json, number);  // throws its own
    std::optional<T> whole;
    if (json.is_number_float()) {
      whole = whole_number<T>(json.template get<double>());
    } else if (json.is_number_unsigned()) {
      const auto given = *json.template get_ptr<const std::uint64_t*>();
      if (std::in_range<T>(given)) whole = static_cast<T>(given);
    } else {
      const auto given = *json.template get_ptr<const std::int64_t*>();
      if (std::in_range<T>(given)) whole = static_cast<T>(given);
    }
    if (!whole) {
      constexpr auto kLeast = std::numeric_limits<T>::min(), kMost = std::numeric_limits<T>::max();
      throw Json::out_of_range::create(
          406,
          json.dump() + " is not a whole number between " + std::to_string(kLeast) + " and " + std::to_string(kMost),
          &json);
    }
    number = *whole;
  }
};

}  // namespace ersatz
