#include "report/missing_glyphs.hpp"

#include <fmt/format.h>
#include <fontconfig/fontconfig.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <utility>

namespace ersatz::report {
namespace {

// All characters that some font has.
class Glyphs {
 public:
  Glyphs() {
    const Holder<FcPattern> any(FcPatternCreate(), FcPatternDestroy);
    const Holder<FcObjectSet> properties(FcObjectSetBuild(FC_CHARSET, nullptr), FcObjectSetDestroy);
    const Holder<FcFontSet> fonts(FcFontList(nullptr, any.get(), properties.get()), FcFontSetDestroy);
    for (int i = 0; fonts && i < fonts->nfont; ++i) {
      FcCharSet* of_font = nullptr;
      if (FcPatternGetCharSet(fonts->fonts[i], FC_CHARSET, 0, &of_font) != FcResultMatch) continue;
      FcCharSetMerge(all_.get(), of_font, nullptr);
    }
  }

  bool has(char32_t character) const { return FcCharSetHasChar(all_.get(), character) == FcTrue; }

 private:
  template <typename T>
  using Holder = std::unique_ptr<T, void (*)(T*)>;
  Holder<FcCharSet> all_{FcCharSetCreate(), FcCharSetDestroy};
};

// What is never drawn needs no glyph: joiners, marks of direction, variation selectors, tags (Unicode's
// Default_Ignorable_Code_Point).
bool is_ignorable(char32_t c) {
  constexpr std::array<std::pair<char32_t, char32_t>, 15> kRanges{{{0xAD, 0xAD},
                                                                   {0x34F, 0x34F},
                                                                   {0x61C, 0x61C},
                                                                   {0x115F, 0x1160},
                                                                   {0x17B4, 0x17B5},
                                                                   {0x180B, 0x180F},
                                                                   {0x200B, 0x200F},
                                                                   {0x202A, 0x202E},
                                                                   {0x2060, 0x206F},
                                                                   {0x3164, 0x3164},
                                                                   {0xFE00, 0xFE0F},
                                                                   {0xFEFF, 0xFEFF},
                                                                   {0xFFA0, 0xFFA0},
                                                                   {0x1D173, 0x1D17A},
                                                                   {0xE0000, 0xE0FFF}}};
  return std::ranges::any_of(kRanges, [c](const auto& range) { return range.first <= c && c <= range.second; });
}

bool is_drawn(char32_t character) {
  if (character < 0x7F || is_ignorable(character)) return true;  // control characters become spaces (gnuplot_text)
  static const Glyphs glyphs;
  return glyphs.has(character);
}

// Calls `missing` for each character that is not drawn, `drawn` for what stands between them. Names of classes and
// sources are UTF-8.
void split(std::string_view text, const std::function<void(std::string_view)>& drawn,
           const std::function<void(std::string_view, char32_t)>& missing) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    FcChar32 character = 0;
    const int length = FcUtf8ToUcs4(reinterpret_cast<const FcChar8*>(text.data()) + at, &character,
                                    static_cast<int>(std::min<std::size_t>(text.size() - at, 6)));
    const std::size_t size = length > 0 ? static_cast<std::size_t>(length) : 1;
    if (length > 0 && !is_drawn(character)) {
      drawn(text.substr(begin, at - begin));
      missing(text.substr(at, size), character);
      begin = at + size;
    }
    at += size;
  }
  drawn(text.substr(begin));
}

}  // namespace

std::vector<std::string> missing_characters(std::string_view text) {
  std::vector<std::string> all;
  split(
      text, [](std::string_view) {},
      [&](std::string_view letters, char32_t) {
        if (std::ranges::find(all, letters) == all.end()) all.emplace_back(letters);
      });
  return all;
}

std::string drawable(std::string_view text) {
  std::string result;
  bool after_number = false;
  split(
      text,
      [&](std::string_view part) {
        result += part;
        after_number = after_number && part.empty();
      },
      [&](std::string_view, char32_t character) {
        result += fmt::format("{}U+{:04X}", after_number ? " " : "", static_cast<std::uint32_t>(character));
        after_number = true;
      });
  return result;
}

}  // namespace ersatz::report
