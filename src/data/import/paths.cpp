#include "data/import/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace ersatz::data {

bool is_hidden(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.starts_with('.') || part == "__MACOSX") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

bool has_image_ending(std::string_view path) {
  // With those of formats that are not read, so that their files are refused and not overlooked.
  constexpr std::array<std::string_view, 18> kEndings{"jpg",  "jpeg", "jpe",  "jfif", "png",  "gif",
                                                      "bmp",  "dib",  "webp", "tif",  "tiff", "ppm",
                                                      "avif", "heic", "heif", "jp2",  "j2k",  "jxl"};
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string ending(path.substr(dot + 1));
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::string first_component(const std::string& path) { return path.substr(0, path.find('/')); }

bool has_folder(const std::string& path) { return path.find('/') != std::string::npos; }

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0U; };
    const unsigned lead = byte(i);
    const std::size_t more = lead < 0x80 ? 0 : lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : 3;
    if (more == 3 && (lead < 0xf0 || lead > 0xf4)) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return false;
    }
    // Overlong forms, surrogates and what lies beyond U+10FFFF.
    const unsigned second = byte(i + 1);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0) || (lead == 0xf0 && second < 0x90) ||
        (lead == 0xf4 && second >= 0x90)) {
      return false;
    }
    i += more + 1;
  }
  return true;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (!line.empty() && is_utf8(line)) lines.emplace_back(line);
  }
  return lines;
}

std::string printable(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      clean += c;
    } else {
      clean += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return clean;
}

}  // namespace ersatz::data
