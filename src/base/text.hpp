#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace ersatz {

/// The number that the whole of `text` says, without a sign "+" or spaces; nothing for any other text, and for a number
/// that T does not have.
template <typename T>
std::optional<T> number_from(std::string_view text) {
  T number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// 120000 -> "120,000".
std::string format_count(std::uint64_t n);
/// Seconds as a person says them: "0.4 s", "12 s", "3 min 20 s", "2 h 05 min".
std::string format_duration(double seconds);
/// 125223751 -> "125.2 MB" (powers of ten).
std::string format_bytes(std::uint64_t n);
/// "a, b and c".
std::string join_words(const std::vector<std::string>& words, std::string_view last_separator = " and ");
/// The same of the first `most` words: "a, b and 7 more".
std::string join_first_words(const std::vector<std::string>& words, std::size_t most);
/// A to Z as a to z; all else, also other letters, stays.
std::string lower_ascii(std::string text);

}  // namespace ersatz
