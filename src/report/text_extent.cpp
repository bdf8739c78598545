#include "report/text_extent.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "report/missing_glyphs.hpp"

namespace ersatz::report {
namespace {

// Hundredths of an em, from the font's table of advance widths: the characters from the space to "~".
constexpr std::array<std::uint8_t, 95> kAdvances{
    32, 40, 46, 84, 64, 95, 78, 27, 39,  39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79,
    60, 79, 69, 63, 61, 73, 68, 99, 69,  61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63,
    63, 28, 28, 58, 28, 97, 63, 61, 63,  63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84};

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

// Letters of two bytes are alphabets, as wide as Latin's widest at most. Beyond are ideographs and pictures.
double advance(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < ' ' || byte == 0x7F) return 0.32;
  if (byte < 0x7F) return kAdvances.at(byte - ' ') / 100.0;
  return byte < 0xE0 ? 0.8 : 1.1;
}

double ems_as_written(std::string_view text) {
  double ems = 0;
  for (const char c : text) ems += begins_character(c) ? advance(c) : 0;
  return ems;
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> all;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && !begins_character(text[end])) ++end;
    all.push_back(text.substr(at, end - at));
    at = end;
  }
  return all;
}

}  // namespace

double text_ems(std::string_view text) {
  const double ems = ems_as_written(text);
  const std::string drawn = drawable(text);
  return drawn == text ? ems : std::max(ems, ems_as_written(drawn));
}

std::string fit_text(std::string_view text, double ems) {
  if (text_ems(text) <= ems) return std::string(text);
  const auto all = characters(text);
  double left = ems - 1;  // the dots
  std::string begin;
  std::vector<std::string_view> end;
  for (std::size_t i = 0; 2 * i + 1 < all.size(); ++i) {
    const auto front = all[i], back = all[all.size() - 1 - i];
    if ((left -= text_ems(front)) < 0) break;
    begin += front;
    if ((left -= text_ems(back)) < 0) break;
    end.push_back(back);
  }
  begin += "…";
  for (auto part = end.rbegin(); part != end.rend(); ++part) begin += *part;
  return begin;
}

std::vector<std::string> wrap_text(std::string_view text, double ems) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string word = fit_text(text.substr(0, space), ems);
    if (lines.empty() || text_ems(lines.back() + " " + word) > ems) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return lines;
}

}  // namespace ersatz::report
