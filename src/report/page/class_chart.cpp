#include "report/page/class_chart.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/page/svg.hpp"
#include "report/text_table.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::ClassSubstitution;

constexpr int kRow = 22, kTop = 64, kBottom = 34, kPlot = 340, kRight = 60, kLetter = 8;
constexpr std::size_t kLongestName = 28;  // characters

std::string shortened(const std::string& name) {
  if (text_width(name) <= kLongestName) return name;
  std::string start;
  for (const char c : name) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (begins && text_width(start) + 1 >= kLongestName) break;
    start += c;
  }
  return start + "…";
}

}  // namespace

std::string class_chart(const analysis::Substitution& substitution, bool tested_is_real) {
  std::vector<ClassSubstitution> classes = substitution.classes;
  std::ranges::stable_sort(classes, {}, [](const ClassSubstitution& one) { return one.f1.estimate.mean; });
  std::size_t longest = 0;
  for (const auto& one : classes) longest = std::max(longest, text_width(shortened(one.name)));
  const double left = 16.0 + kLetter * static_cast<double>(longest);
  const double bottom = kTop + kRow * static_cast<double>(classes.size()), width = left + kPlot + kRight;
  const auto x_of = [&](double f1) { return left + kPlot * std::clamp(f1, 0.0, 1.0); };
  const std::string &own = substitution.source, &other = substitution.other_source;

  const std::string label = fmt::format("{}, tested on {}: F1 of every class after training on {} and on {}",
                                        substitution.title, own, own, other);
  std::string svg = svg_open(width, bottom + kBottom, label);
  svg += svg_text(4, 18, "start", "--ink",
                  fmt::format("{}, tested on {} (n = {})", substitution.title, own, substitution.seeds));
  const auto own_sign = tested_is_real ? real_sign : other_sign, reverse_sign = tested_is_real ? other_sign : real_sign;
  svg += own_sign(left + 6, 42) + svg_text(left + 18, 47, "start", "--ink", "trained on " + own);
  svg += reverse_sign(left + 166, 42) + svg_text(left + 180, 47, "start", "--ink", "trained on " + other);
  for (int tic = 0; tic <= 5; ++tic) {
    const double x = x_of(tic / 5.0);
    svg += fmt::format("<path d=\"M{0:.1f},{1} V{2:.1f}\" stroke=\"var(--grid)\"/>\n", x, kTop - 6, bottom);
    svg += svg_text(x, bottom + 16, "middle", "--faint", share(tic / 5.0, 1));
  }
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const ClassSubstitution& one = classes[i];
    const double y = kTop + kRow * (static_cast<double>(i) + .5);
    const double a = x_of(one.own.f1.mean), b = x_of(one.other.f1.mean);
    svg += svg_text(left - 10, y + 4.5, "end", "--ink", shortened(one.name));
    svg += fmt::format("<path d=\"M{:.1f},{:.1f} H{:.1f}\" stroke=\"var(--faint)\" stroke-width=\"2\"/>\n", a, y, b);
    svg += own_sign(a, y) + reverse_sign(b, y);
    svg += svg_text(width - 4, y + 4.5, "end", "--faint", signed_share(one.f1.estimate.mean, 2));
  }
  return svg + "</svg>";
}

}  // namespace ersatz::report
