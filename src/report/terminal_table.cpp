#include <fmt/format.h>

#include "base/columns.hpp"
#include "report/caption.hpp"
#include "report/plain_table.hpp"
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

// Each line of a text in a style of its own, for a terminal forgets none at the end of a line.
std::string styled(std::string text, auto style) {
  std::string lines;
  for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
    lines += style(text.substr(0, end)) + "\n";
  }
  return lines;
}

}  // namespace

std::string terminal_table(const analysis::ResultTable& table, bool colour, std::size_t width) {
  const Style style{colour};
  const auto bold = [&](const std::string& line) { return style.bold(line); };
  const auto dim = [&](const std::string& line) { return style.dim(line); };
  const auto warning = [&](const std::string& line) { return style.warning(line); };
  const Caption about = caption(table);
  std::string text = styled(wrapped(about.heading, width), bold);
  for (const auto& line : about.warnings) text += styled(wrapped(line, width), warning);
  if (table.cells.empty()) text += "\nNo run is finished yet.\n";
  for (const PlainTable& piece : plain_tables(table.cells.empty() ? TextTable() : accuracy_table(table), width)) {
    if (piece.rows.empty()) continue;
    text += "\n";
    for (const std::string& line : piece.headings) text += style.bold(line) + "\n";
    text += style.dim(piece.rule) + "\n";
    for (std::size_t r = 0; r < piece.rows.size(); ++r) {
      // A line of air between classifiers.
      if (r > 0 && table.cells[r].classifier != table.cells[r - 1].classifier) text += "\n";
      text += piece.rows[r] + "\n";
    }
    text += style.dim(piece.rule) + "\n";
  }
  for (const auto& line : about.explanations) text += styled(wrapped(line, width), dim);
  return text;
}

}  // namespace ersatz::report
