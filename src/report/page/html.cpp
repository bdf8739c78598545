#include "report/page/html.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "report/plot.hpp"

namespace ersatz::report {
namespace {

// A colour of plot.hpp in the ways that gnuplot writes it, and the page's variable for it.
struct PageColour {
  std::string_view hex, variable;
};
constexpr PageColour kColours[] = {{kInk, "--ink"},          {kFaint, "--faint"},      {kAxis, "--faint"},
                                   {kGrid, "--grid"},        {kPalette[0], "--blue"},  {kPalette[1], "--red"},
                                   {kPalette[2], "--green"}, {kPalette[3], "--ochre"}, {kPalette[4], "--violet"},
                                   {kPalette[5], "--teal"}};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

void use_page_colours(std::string& svg) {
  for (const char quote : {'\'', '"'}) {
    replace_all(svg, fmt::format("={0}black{0}", quote), fmt::format("={0}var(--ink){0}", quote));
  }
  for (const auto& [hex, variable] : kColours) {
    const auto part = [&](std::size_t i) {
      int value = 0;
      std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
      return value;
    };
    const int red = part(1), green = part(3), blue = part(5);
    const std::string by_name = fmt::format("var({})", variable);
    replace_all(svg, fmt::format("rgb({},{},{})", red, green, blue), by_name);
    replace_all(svg, fmt::format("rgb({:3}, {:3}, {:3})", red, green, blue), by_name);
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

std::string json_in_script(std::string_view json) {
  std::string text(json);
  replace_all(text, "<", "\\u003c");
  return text;
}

std::string paragraph(std::string_view text, std::string_view kind) {
  if (kind.empty()) return fmt::format("<p>{}</p>\n", escape_html(text));
  return fmt::format("<p class=\"{}\">{}</p>\n", kind, escape_html(text));
}

std::string section_html(const Section& section) {
  return fmt::format(
      "<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n<p class=\"read\"><b>How to read this:</b> {2}</p>\n"
      "{3}</section>\n",
      section.id, escape_html(section.title), escape_html(section.how_to_read), section.body);
}

std::string folded(std::string_view summary, const std::string& body, bool open) {
  return fmt::format("<details{}><summary>{}</summary>\n{}</details>\n", open ? " open" : "", escape_html(summary),
                     body);
}

std::string scrolling(std::string_view label, const std::string& body, std::string_view kind) {
  return fmt::format("<div class=\"{}\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">{}</div>\n", kind,
                     escape_html(label), body);
}

std::string html_table(const TextTable& table, std::string_view caption) {
  const auto cell = [&](std::string_view tag, std::size_t column, const std::string& text) {
    const char* const kind = table.headings[column].align == Align::right ? " class=\"number\"" : "";
    const char* const scope = tag == "th" ? " scope=\"col\"" : "";
    return fmt::format("<{0}{1}{3}>{2}</{0}>", tag, kind, escape_html(text), scope);
  };
  std::string html = fmt::format("<table class=\"sortable\"><caption>{}</caption>\n<thead><tr>", escape_html(caption));
  for (std::size_t c = 0; c < table.headings.size(); ++c) html += cell("th", c, table.headings[c].text);
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) html += cell("td", c, row[c]);
    html += "</tr>\n";
  }
  return scrolling(caption, html + "</tbody></table>");
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
  const std::size_t paper = inner.find("<rect"), paper_end = inner.find("/>", paper);
  if (paper_end != std::string::npos && inner.substr(paper, paper_end - paper).find("#ffffff") != std::string::npos) {
    inner.erase(paper, paper_end + 2 - paper);
  }
  use_page_colours(inner);
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
