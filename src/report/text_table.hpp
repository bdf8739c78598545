#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::report {

/// Characters of UTF-8 text (code points), as Python's len() counts them.
std::size_t text_width(std::string_view text);

/// `text` with spaces before or after it up to `width` characters.
std::string pad(std::string_view text, std::size_t width, bool right_aligned);

/// Rows of cells that are written as aligned columns.
struct TextTable {
  std::vector<std::string> header;
  std::vector<bool> right_aligned;  ///< per column
  std::vector<std::vector<std::string>> rows;

  std::vector<std::size_t> widths() const;
  /// GitHub's Markdown: readable as it stands, with "|" in cells escaped.
  std::string markdown() const;
};

}  // namespace ersatz::report
