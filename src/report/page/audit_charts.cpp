#include "report/page/audit_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/page/svg.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using audit::Evidence;
using audit::Telling;

constexpr double kRow = 34, kTop = 60, kBottom = 34, kLeft = 130, kPlot = 420, kRight = 64;

std::string line(double x, double y, double to_x, double to_y, std::string_view colour, double width) {
  return fmt::format("<path d=\"M{:.1f},{:.1f} L{:.1f},{:.1f}\" stroke=\"var({})\" stroke-width=\"{}\"/>\n", x, y, to_x,
                     to_y, colour, width);
}

// A curve with a band of one standard deviation.
std::string curve(const std::array<stats::Summary, audit::kRings>& rings, const std::array<double, audit::kRings>& x,
                  double top, double scale, double most, std::string_view colour, bool dashed) {
  const auto y_of = [&](double value) { return top + (most - value) * scale; };
  std::string band, path;
  for (std::size_t r = 0; r < rings.size(); ++r) {
    if (std::isnan(rings[r].mean)) continue;
    band += fmt::format("{}{:.1f},{:.1f} ", band.empty() ? "M" : "L", x[r], y_of(rings[r].mean + rings[r].sd));
    path += fmt::format("{}{:.1f},{:.1f} ", path.empty() ? "M" : "L", x[r], y_of(rings[r].mean));
  }
  for (std::size_t r = rings.size(); r-- > 0;) {
    if (std::isnan(rings[r].mean)) continue;
    band += fmt::format("L{:.1f},{:.1f} ", x[r], y_of(rings[r].mean - rings[r].sd));
  }
  return fmt::format(
      "<path d=\"{}z\" fill=\"var({})\" fill-opacity=\".14\"/>\n<path d=\"{}\" fill=\"none\" stroke=\"var({})\" "
      "stroke-width=\"2.4\"{}/>\n",
      band, colour, path, colour, dashed ? " stroke-dasharray=\"7 4\"" : "");
}

}  // namespace

std::string evidence_chart(const std::string& real, const audit::Comparison& other) {
  std::vector<std::size_t> shown;
  double least = 0.5;
  for (std::size_t e = 0; e < audit::kEvidences; ++e) {
    const auto &now = other.as_they_are[e], &alike = other.encoded_alike[e];
    if (!now && !alike) continue;
    shown.push_back(e);
    if (now && !now->alike) least = std::min(least, now->area_interval.low);
    if (alike && !alike->alike) least = std::min(least, alike->area_interval.low);
  }
  least = std::floor(least * 10) / 10;
  const double width = kLeft + kPlot + kRight, bottom = kTop + kRow * static_cast<double>(shown.size());
  const auto x_of = [&](double area) { return kLeft + kPlot * (area - least) / (1 - least); };
  std::string svg =
      svg_open(width, bottom + kBottom,
               fmt::format("How well each kind of evidence tells {} from {}: the area under the ROC curve "
                           "with its 95 % interval, as the images are and encoded alike",
                           other.source, real));
  svg += svg_text(4, 18, "start", "--ink", fmt::format("AUC of {} against {}", other.source, real));
  svg += real_sign(kLeft + 6, 40) + svg_text(kLeft + 18, 45, "start", "--ink", "as they are");
  svg += other_sign(kLeft + 136, 40) + svg_text(kLeft + 150, 45, "start", "--ink", "encoded alike");
  for (int tic = static_cast<int>(std::lround(least * 10)); tic <= 10; ++tic) {
    const double x = x_of(tic / 10.0);
    svg += line(x, kTop - 6, x, bottom, tic == 5 ? "--faint" : "--grid", 1);
    svg += svg_text(x, bottom + 16, "middle", "--faint", share(tic / 10.0, 1));
  }
  for (std::size_t row = 0; row < shown.size(); ++row) {
    const double y = kTop + kRow * (static_cast<double>(row) + .5);
    svg += svg_text(kLeft - 10, y + 4.5, "end", "--ink", audit::evidence_name(static_cast<Evidence>(shown[row])));
    const auto draw = [&](const std::optional<Telling>& telling, double at, auto sign, std::string_view colour) {
      if (!telling) return;
      if (telling->alike) {
        svg += svg_text(x_of(.5) + 8, at + 4.5, "start", "--faint", "all alike");
        return;
      }
      svg += line(x_of(telling->area_interval.low), at, x_of(telling->area_interval.high), at, colour, 2.4);
      svg += sign(x_of(telling->area.area), at);
    };
    draw(other.as_they_are[shown[row]], y - 7, real_sign, "--blue");
    draw(other.encoded_alike[shown[row]], y + 8, other_sign, "--red");
    const auto& now = other.as_they_are[shown[row]];
    if (now && !now->alike) svg += svg_text(width - 4, y + 4.5, "end", "--faint", share(now->area.area));
  }
  return svg + "</svg>";
}

std::string spectrum_chart(const audit::Audit& audit, const audit::Comparison& other) {
  constexpr double kHeight = 240;
  std::array<stats::Summary, audit::kRings> real{}, generated{};
  std::array<double, audit::kRings> x{};
  double least = INFINITY, most = -INFINITY;
  for (std::size_t r = 0; r < audit::kRings; ++r) {
    real[r] = audit.real_traits[audit::kFirstRing + r];
    generated[r] = other.traits[audit::kFirstRing + r].summary;
    x[r] = 50 + kPlot * static_cast<double>(r) / (audit::kRings - 1);
    for (const stats::Summary& one : {real[r], generated[r]}) {
      if (std::isnan(one.mean)) continue;
      least = std::min(least, one.mean - one.sd);
      most = std::max(most, one.mean + one.sd);
    }
  }
  least = std::floor(least);
  most = std::max(std::ceil(most), least + 1);
  const double scale = kHeight / (most - least), bottom = kTop + kHeight;
  std::string svg = svg_open(50 + kPlot + 20, bottom + 50,
                             fmt::format("Mean power of {} and {} in 16 rings from coarse to fine, with bands of one "
                                         "standard deviation",
                                         audit.real, other.source));
  svg += svg_text(4, 18, "start", "--ink", "ln(1 + power) of luma");
  svg += line(50, 40, 74, 40, "--blue", 2.4) + svg_text(80, 45, "start", "--ink", audit.real);
  svg += "<path d=\"M220,40 L244,40\" stroke=\"var(--red)\" stroke-width=\"2.4\" stroke-dasharray=\"7 4\"/>\n";
  svg += svg_text(250, 45, "start", "--ink", other.source);
  for (double value = least; value <= most; value += std::max(1.0, std::ceil((most - least) / 6))) {
    const double y = kTop + (most - value) * scale;
    svg += line(50, y, 50 + kPlot, y, "--grid", 1) + svg_text(44, y + 4.5, "end", "--faint", fmt::format("{}", value));
  }
  for (std::size_t r = 0; r < audit::kRings; r += 5) {
    svg += svg_text(x[r], bottom + 18, "middle", "--faint", fmt::format("{}", r + 1));
  }
  svg += svg_text(50 + kPlot / 2, bottom + 40, "middle", "--ink", "ring: from the coarsest waves to two pixels long");
  svg += curve(real, x, kTop, scale, most, "--blue", false) + curve(generated, x, kTop, scale, most, "--red", true);
  return svg + "</svg>";
}

}  // namespace ersatz::report
