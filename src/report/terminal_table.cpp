#include <fmt/format.h>

#include "report/caption.hpp"
#include "report/tables.hpp"

namespace ersatz::report {
namespace {

struct Style {
  bool colour;
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string warning(std::string_view text) const { return wrap("33", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const {
    return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
};

std::string row_text(const TextTable& text, const std::vector<std::string>& cells,
                     const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    line += c == 0 ? "" : "  ";
    line += pad(cells[c], widths[c], text.headings[c].align);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string terminal_table(const analysis::ResultTable& table, bool colour) {
  const Style style{colour};
  const Caption about = caption(table);
  std::string text = style.bold(about.heading) + "\n";
  for (const auto& line : about.warnings) text += style.warning(line) + "\n";
  text += "\n";
  if (table.cells.empty()) {
    text += "No run is finished yet.\n";
  } else {
    const TextTable rows = accuracy_table(table);
    const auto widths = rows.widths();
    std::vector<std::string> names;
    for (const Heading& heading : rows.headings) names.push_back(heading.text);
    const std::string header = row_text(rows, names, widths);
    std::string rule;
    for (std::size_t c = 0; c < text_width(header); ++c) rule += "─";
    text += style.bold(header) + "\n" + style.dim(rule) + "\n";
    for (std::size_t r = 0; r < rows.rows.size(); ++r) {
      // A line of air between classifiers.
      if (r > 0 && table.cells[r].classifier != table.cells[r - 1].classifier) text += "\n";
      text += row_text(rows, rows.rows[r], widths) + "\n";
    }
    text += style.dim(rule) + "\n";
  }
  for (const auto& line : about.explanations) text += style.dim(line) + "\n";
  return text;
}

}  // namespace ersatz::report
