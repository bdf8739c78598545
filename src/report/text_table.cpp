#include "report/text_table.hpp"

#include <algorithm>

#include "report/latex.hpp"
#include "report/plain_table.hpp"

namespace ersatz::report {
namespace {

std::string markdown_cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '*' || c == '_' || c == '<' || c == '`') cell += '\\';
    cell += c == '\n' || c == '\r' ? ' ' : c;
  }
  return cell;
}

}  // namespace

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string pad(std::string_view text, std::size_t width, Align align) {
  const std::size_t used = text_width(text);
  const std::string spaces(width > used ? width - used : 0, ' ');
  return align == Align::right ? spaces + std::string(text) : std::string(text) + spaces;
}

std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> widths;
  for (const Heading& heading : headings) widths.push_back(text_width(heading.text));
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], text_width(row[c]));
  }
  return widths;
}

std::string TextTable::plain(std::size_t width) const { return plain_text(*this, width, 0, true); }

std::string TextTable::csv() const {
  std::vector<std::string> names;
  for (const Heading& heading : headings) names.push_back(heading.text);
  std::string text = csv_line(names);
  for (const auto& row : rows) text += csv_line(row);
  return text;
}

std::string TextTable::formatted(std::string_view format, std::size_t width) const {
  if (format == "md") return markdown();
  if (format == "tex") return "% \\usepackage{booktabs}\n" + latex_tabular(*this);
  return format == "csv" ? csv() : plain(width);
}

std::string TextTable::markdown() const {
  TextTable escaped = *this;
  std::vector<std::string> names;
  for (Heading& heading : escaped.headings) names.push_back(heading.text = markdown_cell(heading.text));
  for (auto& row : escaped.rows) {
    for (auto& cell : row) cell = markdown_cell(cell);
  }
  const auto widths = escaped.widths();
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = "|";
    for (std::size_t c = 0; c < cells.size(); ++c) text += " " + pad(cells[c], widths[c], headings[c].align) + " |";
    return text + "\n";
  };
  std::string text = line(names) + "|";
  for (std::size_t c = 0; c < widths.size(); ++c) {
    const std::string dashes(widths[c] + 1, '-');
    text += headings[c].align == Align::right ? dashes + ":|" : ":" + dashes + "|";
  }
  text += "\n";
  for (const auto& row : escaped.rows) text += line(row);
  return text;
}

}  // namespace ersatz::report
