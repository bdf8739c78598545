#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/columns.hpp"
#include "base/csv.hpp"

namespace ersatz::report {

/// Characters of UTF-8 text (code points), as Python's len() counts them.
std::size_t text_width(std::string_view text);

enum class Align { left, right };

/// `text` with spaces after it (left) or before it (right), up to `width` characters.
std::string pad(std::string_view text, std::size_t width, Align align);

struct Heading {
  std::string text;
  Align align = Align::left;
};

/// Rows of cells that are written as aligned columns: for a person to read.
struct TextTable {
  std::vector<Heading> headings;
  std::vector<std::vector<std::string>> rows;  ///< as many cells each as there are headings

  /// The widest cell of every column, its heading included.
  std::vector<std::size_t> widths() const;
  /// GitHub's Markdown: readable as it stands, with "|" in cells escaped.
  std::string markdown() const;
  /// Columns two spaces apart, with a line under the headings; in `width` columns of a terminal (plain_table.hpp).
  std::string plain(std::size_t width = kAnyWidth) const;
  std::string csv() const;
  /// As --format has it: "text" (plain), "md", "tex" (latex_tabular) or "csv".
  std::string formatted(std::string_view format, std::size_t width = kAnyWidth) const;
};

/// A column of a table whose rows are made from values of type Row. What a table shows is a list of these: a new column
/// is a new entry.
template <typename Row>
struct Column {
  std::string heading;
  Align align = Align::left;
  std::function<std::string(const Row&)> cell;
};

/// One row of cells per element of `rows`.
template <typename Row>
TextTable make_table(const std::vector<Column<Row>>& columns, const std::vector<Row>& rows) {
  TextTable table;
  for (const auto& column : columns) table.headings.push_back({column.heading, column.align});
  for (const Row& row : rows) {
    auto& cells = table.rows.emplace_back();
    for (const auto& column : columns) cells.push_back(column.cell(row));
  }
  return table;
}

/// A column of a CSV file: for a program to read.
template <typename Row>
struct CsvColumn {
  std::string name;
  std::function<std::string(const Row&)> field;
};

/// The header, then a line per element of `rows`.
template <typename Row>
std::string make_csv(const std::vector<CsvColumn<Row>>& columns, const std::vector<Row>& rows) {
  std::vector<std::string> names;
  for (const auto& column : columns) names.push_back(column.name);
  std::string csv = csv_line(names);
  for (const Row& row : rows) {
    std::vector<std::string> fields;
    for (const auto& column : columns) fields.push_back(column.field(row));
    csv += csv_line(fields);
  }
  return csv;
}

}  // namespace ersatz::report
