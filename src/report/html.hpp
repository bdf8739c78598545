#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/text_table.hpp"

namespace ersatz::report {

/// Text as HTML shows it letter for letter, in elements and in quoted attributes.
std::string escape_html(std::string_view text);

/// A <table> with escaped cells; numbers (right-aligned columns) get the class "number".
std::string html_table(const TextTable& table);

/// An SVG file's text as an element of a page: without the XML prolog, its ids made unique by
/// `prefix`, scaling to the page's width, described by `label`.
std::string inline_svg(std::string_view svg, std::string_view prefix, std::string_view label);

}  // namespace ersatz::report
