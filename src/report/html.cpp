#include "report/html.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace ersatz::report {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      case '\'': html += "&#39;"; break;
      default: html += c;
    }
  }
  return html;
}

std::string html_table(const TextTable& table) {
  const auto cell = [&](std::string_view tag, std::size_t column, const std::string& text) {
    const char* const kind = table.headings[column].align == Align::right ? " class=\"number\"" : "";
    return fmt::format("<{0}{1}>{2}</{0}>", tag, kind, escape_html(text));
  };
  std::string html = "<div class=\"wide\"><table>\n<thead><tr>";
  for (std::size_t c = 0; c < table.headings.size(); ++c) html += cell("th", c, table.headings[c].text);
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) html += cell("td", c, row[c]);
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string inline_svg(std::string_view svg, std::string_view prefix, std::string_view label) {
  const std::size_t start = svg.find("<svg"), box = svg.find("viewBox=\""), body = svg.find('>', start);
  if (start == std::string_view::npos || body == std::string_view::npos || box > body) {
    throw Error("a figure is not an SVG file with a viewBox");
  }
  const std::string_view view_box = svg.substr(box, svg.find('"', box + 9) + 1 - box);
  std::string inner(svg.substr(body + 1));
  const std::size_t title = inner.find("<title>"), title_end = inner.find("</title>");
  // The label says more than the file's title.
  if (title < title_end && title_end != std::string::npos) inner.erase(title, title_end + 8 - title);
  // gnuplot's own names: markers (gp...), the canvas and one group per plot.
  for (const char quote : {'\'', '"'}) {
    replace_all(inner, fmt::format(" id={}", quote), fmt::format(" id={}{}-", quote, prefix));
    replace_all(inner, fmt::format("xlink:href={}#", quote), fmt::format("xlink:href={}#{}-", quote, prefix));
  }
  replace_all(inner, "url(#", fmt::format("url(#{}-", prefix));
  return fmt::format(
      "<svg {} role=\"img\" aria-label=\"{}\" xmlns=\"http://www.w3.org/2000/svg\" "
      "xmlns:xlink=\"http://www.w3.org/1999/xlink\">{}",
      view_box, escape_html(label), inner);
}

}  // namespace ersatz::report
