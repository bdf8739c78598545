#include "report/latex.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace ersatz::report {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kReplaced{{{"±", "$\\pm$"},
                                                                                   {"…", "\\dots{}"},
                                                                                   {"\\", "\\textbackslash{}"},
                                                                                   {"~", "\\textasciitilde{}"},
                                                                                   {"^", "\\textasciicircum{}"},
                                                                                   {"<", "\\textless{}"},
                                                                                   {">", "\\textgreater{}"},
                                                                                   {"|", "\\textbar{}"},
                                                                                   {"`", "\\textasciigrave{}"},
                                                                                   {"{", "\\{"},
                                                                                   {"}", "\\}"},
                                                                                   {"$", "\\$"},
                                                                                   {"&", "\\&"},
                                                                                   {"#", "\\#"},
                                                                                   {"_", "\\_"},
                                                                                   {"%", "\\%"}}};

// Of Unicode, pdflatex knows Latin letters: up to U+017F, two bytes of which the first is at most C5.
bool needs_unicode(std::string_view latex) {
  return std::ranges::any_of(latex, [](char c) { return static_cast<unsigned char>(c) > 0xC5; });
}

// Behind the end of a row, LaTeX would take "[" and "*" for its own.
std::string first_cell(std::string cell) { return cell.starts_with('[') || cell.starts_with('*') ? "{}" + cell : cell; }

}  // namespace

std::string latex_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    if (text.starts_with("--") || text.starts_with("''")) {  // a dash, a quotation mark
      result += text.front() + std::string("{}");
      text.remove_prefix(1);
      continue;
    }
    const auto found = std::ranges::find_if(kReplaced, [&](const auto& pair) { return text.starts_with(pair.first); });
    if (found != kReplaced.end()) {
      result += found->second;
      text.remove_prefix(found->first.size());
      continue;
    }
    result += static_cast<unsigned char>(text.front()) < ' ' ? ' ' : text.front();
    text.remove_prefix(1);
  }
  return result;
}

std::string latex_tabular(const TextTable& table) {
  std::string columns;
  for (const Heading& heading : table.headings) columns += heading.align == Align::right ? 'r' : 'l';
  std::string text = "\\begin{tabular}{" + columns + "}\n\\toprule\n";
  const auto line = [&](auto cell_of) {
    for (std::size_t c = 0; c < table.headings.size(); ++c) {
      const std::string cell = latex_text(cell_of(c));
      text += c == 0 ? first_cell(cell) : " & " + cell;
    }
    text += " \\\\\n";
  };
  line([&](std::size_t c) { return table.headings[c].text; });
  text += "\\midrule\n";
  for (const auto& row : table.rows) line([&](std::size_t c) { return row[c]; });
  return text + "\\bottomrule\n\\end{tabular}\n";
}

std::string latex_table(const TextTable& table, const std::vector<std::string>& caption, std::string_view label) {
  std::vector<std::string> lines;
  for (const auto& line : caption) {
    const bool ended = line.ends_with('.') || line.ends_with(':');
    lines.push_back(latex_text(line) + (ended ? "" : "."));
  }
  std::string name;
  for (const char c : label) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  const std::string text =
      fmt::format("\\begin{{table}}\n\\centering\n\\caption{{{}}}\n\\label{{tab:{}}}\n{}\\end{{table}}\n",
                  fmt::join(lines, "\n"), name, latex_tabular(table));
  return std::string("% \\usepackage{booktabs}\n") +
         (needs_unicode(text) ? "% has letters that pdflatex lacks: use xelatex or lualatex, and a font that has them\n"
                              : "") +
         text;
}

}  // namespace ersatz::report
