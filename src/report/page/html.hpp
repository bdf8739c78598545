#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/text_table.hpp"

namespace ersatz::report {

/// Text as HTML shows it letter for letter, in elements and in quoted attributes.
std::string escape_html(std::string_view text);

/// Text inside a <script> that JSON.parse() reads as it stands: JSON never needs a "<" outside of strings.
std::string json_in_script(std::string_view json);

/// "<p class="kind">text</p>", without a class when there is no kind; the text is escaped.
std::string paragraph(std::string_view text, std::string_view kind = "");

/// A part of the page: its place in the table of contents, its heading, and a line that says how to read it.
struct Section {
  std::string id, title, how_to_read, body;  ///< HTML is in `body` alone
};
std::string section_html(const Section& section);

/// Something that is shown when its summary is clicked.
std::string folded(std::string_view summary, const std::string& body, bool open = false);

/// A <table> with escaped cells that the page's script can sort; numbers (right-aligned columns) get the class
/// "number". `caption` names it for those who do not see what is above it.
std::string html_table(const TextTable& table, std::string_view caption);

/// Something that is wider than a narrow screen: it scrolls by itself, also by keyboard.
std::string scrolling(std::string_view label, const std::string& body, std::string_view kind = "wide");

/// An SVG file's text as an element of a page: without the XML prolog and the background, its ids made unique by
/// `prefix`, scaling to the page's width, described by `label`. Colours of plot.hpp become the page's variables.
std::string inline_svg(std::string_view svg, std::string_view prefix, std::string_view label);

}  // namespace ersatz::report
