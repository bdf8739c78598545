#include "report/page/svg.hpp"

#include <fmt/format.h>

#include "report/page/html.hpp"

namespace ersatz::report {

std::string svg_text(double x, double y, const char* anchor, std::string_view colour, std::string_view words) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"var({})\" font-size=\"13\">{}</text>\n",
                     x, y, anchor, colour, escape_html(words));
}

std::string real_sign(double x, double y) {
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5.5\" fill=\"var(--blue)\"/>\n", x, y);
}

std::string other_sign(double x, double y) {
  return fmt::format(
      "<path d=\"M{:.1f},{:.1f} l6.5,6.5 l-6.5,6.5 l-6.5,-6.5 z\" fill=\"var(--paper)\" stroke=\"var(--red)\" "
      "stroke-width=\"2.4\"/>\n",
      x, y - 6.5);
}

std::string svg_open(double width, double height, std::string_view label) {
  return fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" role=\"img\" aria-label=\"{}\" "
      "xmlns=\"http://www.w3.org/2000/svg\">\n",
      width, height, width, escape_html(label));
}

}  // namespace ersatz::report
