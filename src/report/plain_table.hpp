#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/columns.hpp"
#include "report/text_table.hpp"

namespace ersatz::report {

/// Lines of aligned columns, two spaces apart, without line feeds.
struct PlainTable {
  std::vector<std::string> headings;  ///< one line, or several where headings were folded
  std::string rule;                   ///< a line of ─ as wide as the columns
  std::vector<std::string> rows;      ///< as many as the table has
};

/// `table` for a terminal of `width` columns, in one piece if there is room. If not, headings are folded between their
/// words; if that is not enough, columns come below each other in several pieces that begin with the same first columns
/// (words, up to the first number). Only where these alone are too wide are their cells shortened, in the
/// middle.
std::vector<PlainTable> plain_tables(const TextTable& table, std::size_t width = kAnyWidth);

/// All pieces with `indent` spaces before each line; between headings and rows comes the rule if `ruled`.
std::string plain_text(const TextTable& table, std::size_t width, std::size_t indent, bool ruled);

}  // namespace ersatz::report
