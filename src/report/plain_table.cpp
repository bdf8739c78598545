#include "report/plain_table.hpp"

#include <algorithm>
#include <numeric>

namespace ersatz::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kMostLines = 3;  // of a heading
constexpr std::size_t kLeastKey = 6;   // columns of a first cell that can still be told from others

using Lines = std::vector<std::string>;

// The words of a heading in lines of at most `width` columns; a longer word has its own.
Lines folded(const std::string& heading, std::size_t width) {
  Lines lines;
  std::string text = wrapped(heading, width);
  for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
    lines.push_back(text.substr(0, end));
  }
  return lines;
}

std::size_t widest(const Lines& lines) {
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, columns(line));
  return width;
}

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::string spaces(width - std::min(width, columns(text)), ' ');
  return align == Align::right ? spaces + text : text + spaces;
}

/// A column as it is drawn.
struct Drawn {
  std::size_t width;
  Align align;
  Lines heading;
  std::vector<std::string> cells;
};

std::size_t total_width(const std::vector<const Drawn*>& parts) {
  std::size_t width = 0;
  for (const Drawn* part : parts) width += part->width + kGap;
  return width - std::min(width, kGap);
}

std::string line_of(const std::vector<const Drawn*>& parts, auto cell_of) {
  std::string line;
  for (const Drawn* part : parts) {
    line += (line.empty() && part == parts.front() ? "" : std::string(kGap, ' '));
    line += padded(cell_of(*part), part->width, part->align);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

PlainTable piece(const std::vector<const Drawn*>& parts, std::size_t rows) {
  PlainTable table;
  std::size_t height = 0;
  for (const Drawn* part : parts) height = std::max(height, part->heading.size());
  for (std::size_t h = 0; h < height; ++h) {
    table.headings.push_back(line_of(parts, [&](const Drawn& part) -> std::string {
      const std::size_t above = height - part.heading.size();  // empty lines: the last words stand on one line
      return h < above ? "" : part.heading[h - above];
    }));
  }
  for (std::size_t i = 0; i < total_width(parts); ++i) table.rule += "─";
  for (std::size_t r = 0; r < rows; ++r) {
    table.rows.push_back(line_of(parts, [&](const Drawn& part) { return part.cells[r]; }));
  }
  return table;
}

// Names come from folders of strangers: what would steer the terminal is shown as "?".
std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  }
  return text;
}

std::vector<Drawn> drawn_columns(const TextTable& table) {
  std::vector<Drawn> all;
  for (std::size_t c = 0; c < table.headings.size(); ++c) {
    Drawn column{0, table.headings[c].align, {printable(table.headings[c].text)}, {}};
    for (const auto& row : table.rows) column.cells.push_back(printable(row[c]));
    column.width = std::max(widest(column.cells), widest(column.heading));
    all.push_back(std::move(column));
  }
  return all;
}

// One after the other, those that bring most first, until all columns fit.
void fold_headings(std::vector<Drawn>& all, std::size_t width, const auto& used) {
  while (used() > width) {
    Drawn* best = nullptr;
    Lines lines;
    std::size_t least = 0, won = 0;
    for (Drawn& column : all) {
      const std::size_t cells = widest(column.cells);
      Lines tried = folded(column.heading.front(), cells);
      for (std::size_t more = cells + 1; tried.size() > kMostLines; ++more)
        tried = folded(column.heading.front(), more);
      const std::size_t narrow = std::max(cells, widest(tried));
      if (column.heading.size() > 1 || column.width - narrow <= won) continue;
      won = column.width - narrow;
      best = &column;
      lines = std::move(tried);
      least = narrow;
    }
    if (best == nullptr) return;
    best->heading = std::move(lines);
    best->width = least;
  }
}

// The widest become narrower until all fit.
void shorten_keys(std::vector<Drawn>& all, std::size_t keys, std::size_t room) {
  const auto begin = all.begin(), end = begin + static_cast<std::ptrdiff_t>(keys);
  const auto used = [&] {
    return std::accumulate(begin, end, std::size_t{0},
                           [](std::size_t sum, const Drawn& c) { return sum + c.width + kGap; });
  };
  while (used() > room) {
    const auto wide = std::max_element(begin, end, [](const Drawn& a, const Drawn& b) { return a.width < b.width; });
    if (wide->width <= kLeastKey) break;
    --wide->width;
  }
  for (auto column = begin; column != end; ++column) {
    for (Lines* lines : {&column->cells, &column->heading}) {
      for (std::string& text : *lines) text = shorten_middle(text, column->width);
    }
  }
}

}  // namespace

std::vector<PlainTable> plain_tables(const TextTable& table, std::size_t width) {
  std::vector<Drawn> all = drawn_columns(table);
  std::vector<const Drawn*> parts;
  for (const Drawn& column : all) parts.push_back(&column);
  if (total_width(parts) <= width) return {piece(parts, table.rows.size())};

  fold_headings(all, width, [&] { return total_width(parts); });
  if (total_width(parts) <= width) return {piece(parts, table.rows.size())};

  const auto has_digit = [](const std::string& cell) { return cell.find_first_of("0123456789") != std::string::npos; };
  const auto is_key = [&](const Drawn& column) {
    return column.align == Align::left || std::ranges::none_of(column.cells, has_digit);
  };
  const auto first_number = std::ranges::find_if_not(all, is_key);
  const auto keys = static_cast<std::size_t>(first_number == all.end() ? 1 : first_number - all.begin());
  std::size_t widest_value = 0;
  for (std::size_t c = keys; c < all.size(); ++c) widest_value = std::max(widest_value, all[c].width);
  shorten_keys(all, keys, width - std::min(width, widest_value));

  // A column without a word is worth no piece.
  const auto is_empty = [](const Drawn& column) { return widest(column.cells) == 0; };
  all.erase(std::remove_if(all.begin() + static_cast<std::ptrdiff_t>(keys), all.end(), is_empty), all.end());
  parts.resize(all.size());

  std::vector<PlainTable> pieces;
  const std::vector<const Drawn*> key_parts(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(keys));
  for (std::size_t c = keys; c < all.size();) {
    std::vector<const Drawn*> these = key_parts;
    do {
      these.push_back(parts[c++]);
    } while (c < all.size() && total_width(these) + kGap + all[c].width <= width);
    pieces.push_back(piece(these, table.rows.size()));
  }
  if (pieces.empty()) pieces.push_back(piece(key_parts, table.rows.size()));
  return pieces;
}

std::string plain_text(const TextTable& table, std::size_t width, std::size_t indent, bool ruled) {
  const std::string before(indent, ' ');
  std::string text;
  for (const PlainTable& one : plain_tables(table, width - std::min(width, indent))) {
    if (!text.empty()) text += '\n';
    for (const std::string& line : one.headings) text += before + line + '\n';
    if (ruled) text += before + one.rule + '\n';
    for (const std::string& line : one.rows) text += before + line + '\n';
  }
  return text;
}

}  // namespace ersatz::report
