#pragma once

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

}  // namespace ersatz
