#include "base/columns.hpp"

#include <wchar.h>

#include <algorithm>
#include <vector>

namespace ersatz {
namespace {

constexpr std::string_view kEllipsis = "…";

/// A character with the combining ones behind it.
struct Glyph {
  std::string_view text;
  std::size_t width;
};

struct Character {
  wchar_t code;
  std::size_t bytes;
  bool valid;
};

// The first character of a text that is not empty; a byte that begins none stands for itself.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t bytes = byte(0) < 0x80 ? 1 : byte(0) < 0xC2 ? 0 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (bytes == 1) return {static_cast<wchar_t>(byte(0)), 1, true};
  if (bytes == 0 || byte(0) > 0xF4 || bytes > text.size()) return {0, 1, false};
  unsigned code = byte(0) & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {0, 1, false};
    code = code << 6U | (byte(i) & 0x3FU);
  }
  return {static_cast<wchar_t>(code), bytes, true};
}

std::vector<Glyph> glyphs(std::string_view text) {
  std::vector<Glyph> all;
  while (!text.empty()) {
    const Character next = first_character(text);
    // What the C library does not know is drawn as one column by most terminals.
    const int width = next.valid ? ::wcwidth(next.code) : 1;
    if (width == 0 && !all.empty()) {
      Glyph& before = all.back();
      before.text = {before.text.data(), before.text.size() + next.bytes};
    } else {
      all.push_back({text.substr(0, next.bytes), width < 0 ? 1 : static_cast<std::size_t>(width)});
    }
    text.remove_prefix(next.bytes);
  }
  return all;
}

// As many glyphs as fit.
template <typename Iterator>
std::size_t bytes_that_fit(Iterator begin, Iterator end, std::size_t width) {
  std::size_t bytes = 0;
  for (; begin != end && begin->width <= width; ++begin) {
    width -= begin->width;
    bytes += begin->text.size();
  }
  return bytes;
}

// The first word, with what belongs on the same line: "[.478, .522]", "95 %".
std::string_view first_word(std::string_view text) {
  constexpr std::size_t kMost = 24;
  std::size_t end = text.find(' ');
  const auto goes_on = [&] {
    const std::string_view word = text.substr(0, end);
    return std::ranges::count(word, '[') > std::ranges::count(word, ']') || text.substr(end).starts_with(" %");
  };
  while (end != std::string_view::npos && end < kMost && goes_on()) end = text.find(' ', end + 1);
  return text.substr(0, end);
}

}  // namespace

std::size_t columns(std::string_view text) {
  std::size_t total = 0;
  for (const Glyph& glyph : glyphs(text)) total += glyph.width;
  return total;
}

std::string shorten_end(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return "";
  const std::vector<Glyph> all = glyphs(text);
  return std::string(text.substr(0, bytes_that_fit(all.begin(), all.end(), width - 1))) + std::string(kEllipsis);
}

std::string shorten_middle(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return "";
  const std::vector<Glyph> all = glyphs(text);
  const std::size_t front = width / 2, back = width - 1 - front;
  return std::string(text.substr(0, bytes_that_fit(all.begin(), all.end(), front))) + std::string(kEllipsis) +
         std::string(text.substr(text.size() - bytes_that_fit(all.rbegin(), all.rend(), back)));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  if (width == kAnyWidth) return text.empty() ? "" : std::string(indent, ' ').append(text) + '\n';
  std::string lines;
  std::size_t used = 0;  // columns of the line so far, 0 before its first word
  while (!text.empty()) {
    const std::string_view word = first_word(text);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    const std::size_t wide = columns(word);
    if (used > 0 && used + 1 + wide > width) {
      lines += '\n';
      used = 0;
    }
    lines += used == 0 ? std::string(indent, ' ') : " ";
    used += (used == 0 ? indent : 1) + wide;
    lines += word;
  }
  return lines.empty() ? lines : lines + '\n';
}

std::string wrapped_behind(std::string_view head, std::string_view text, std::size_t width) {
  const std::size_t indent = columns(head);
  std::string lines = wrapped(text, width, indent);
  return std::string(head) + (lines.empty() ? "\n" : lines.substr(indent));
}

}  // namespace ersatz
