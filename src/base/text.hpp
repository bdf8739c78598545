#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz {

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
