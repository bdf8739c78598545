#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "report/figures.hpp"
#include "report/plot.hpp"
#include "report/text_table.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

constexpr std::size_t kMostNumbers = 25;  ///< more classes than this leave no room for numbers
constexpr double kLeastNumber = 0.005;    ///< what rounds to .00 stays empty: the eye finds the confusions

// White to the palette's blue, slightly curved so that small confusions show.
unsigned tile_colour(double share) {
  const double t = std::pow(std::clamp(share, 0.0, 1.0), 0.8);
  const auto mix = [t](int from, int to) { return static_cast<unsigned>(std::lround(from + (to - from) * t)); };
  return mix(255, 29) << 16U | mix(255, 78) << 8U | mix(255, 121);
}

struct Layout {
  double tile, font;                // pixels
  double left, right, bottom, top;  // margins in pixels
  int width, height;
};

// The width of the text in pixels, roughly.
double text_pixels(std::string_view text, double font) { return 0.6 * font * static_cast<double>(text_width(text)); }

struct Texts {
  std::string title, subtitle, note;
};

Layout lay_out(const std::vector<std::string>& classes, const Texts& texts) {
  const double n = static_cast<double>(classes.size());
  Layout layout{};
  layout.tile = classes.size() <= 12 ? 48 : classes.size() <= kMostNumbers ? 40 : std::max(7.0, 900 / n);
  layout.font = classes.size() <= kMostNumbers ? 12 : std::clamp(std::floor(layout.tile), 6.0, 12.0);
  double label = 0;
  for (const auto& name : classes) label = std::max(label, text_pixels(name, layout.font));
  layout.left = label + 48;
  layout.right = 26;
  layout.bottom = label * 0.75 + 62;  // names stand at 45 degrees
  layout.top = 62;
  const double tiles = n * layout.tile;
  const double words =
      32 + std::max({text_pixels(texts.title, 16), text_pixels(texts.subtitle, 12), text_pixels(texts.note, 10)});
  layout.right = std::max(layout.right, words - layout.left - tiles);
  layout.width = static_cast<int>(layout.left + layout.right + tiles);
  layout.height = static_cast<int>(layout.top + layout.bottom + tiles);
  return layout;
}

std::string tics(const std::vector<std::string>& classes) {
  std::string list;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    list += fmt::format("{}{} {}", c == 0 ? "" : ", ", gnuplot_tic(classes[c]), c);
  }
  return list;
}

std::string subtitle(const analysis::Cell& cell) {
  const std::string test = fmt::format("{} test images", format_count(cell.test_images));
  const std::string accuracy = spread(cell.accuracy);
  if (cell.seeds() > 1) return fmt::format("accuracy {}, mean of {} seeds, {}", accuracy, cell.seeds(), test);
  return fmt::format("accuracy {} {}, {}", accuracy, interval(cell.accuracy_interval), test);
}

}  // namespace

Figure confusion_figure(const std::filesystem::path& path, const analysis::ResultTable& table,
                        const analysis::Cell& cell) {
  const auto& classes = table.study.classes;
  const std::size_t n = classes.size();
  const Texts texts{fmt::format("{} trained on {}, tested on {}", cell.title, cell.train_on, cell.test_on),
                    subtitle(cell), figure_note(table.study, table.runs.at(0).spec.settings) + "; rows add up to 1"};
  const Layout layout = lay_out(classes, texts);
  std::string tiles = "$tiles << EOD\n", numbers = "$numbers << EOD\n";
  for (std::size_t truth = 0; truth < n; ++truth) {
    for (std::size_t predicted = 0; predicted < n; ++predicted) {
      const double share = cell.confusion[truth * n + predicted];
      tiles += fmt::format("{} {} {}\n", predicted, truth, tile_colour(share));
      if (share >= kLeastNumber) {
        numbers +=
            fmt::format("{} {} {} {}\n", predicted, truth, report::share(share, 2), share > 0.55 ? 0xffffff : 0x333333);
      }
    }
  }
  std::string script = tiles + "EOD\n" + numbers + "EOD\n";
  script += title_and_note(texts.title, texts.note, layout.width, layout.height);
  script += fmt::format("set label 3 {} at screen {},{} left font F12 tc rgb '{}'\n", gnuplot_text(texts.subtitle),
                        16.0 / layout.width, 1 - 43.0 / layout.height, kFaint);
  script += fmt::format("set margins at screen {}, screen {}, screen {}, screen {}\n", layout.left / layout.width,
                        1 - layout.right / layout.width, layout.bottom / layout.height, 1 - layout.top / layout.height);
  script += fmt::format("set xrange [-0.5:{0}]\nset yrange [{0}:-0.5]\nunset key\nset border 0\n",
                        static_cast<double>(n) - 0.5);
  script += fmt::format(
      "set xtics ({0}) rotate by 45 right nomirror scale 0 font F{1} offset 0,-0.2 tc rgb '{2}'\n"
      "set ytics ({0}) nomirror scale 0 font F{1} offset 0.6,0 tc rgb '{2}'\n",
      tics(classes), layout.font, kInk);
  const double middle_x = layout.left + (layout.width - layout.left - layout.right) / 2;
  const double middle_y = layout.bottom + (layout.height - layout.bottom - layout.top) / 2;
  script += fmt::format("set label 4 'predicted class' at screen {},{} center font F12 tc rgb '{}'\n",
                        middle_x / layout.width, 32.0 / layout.height, kInk);
  script += fmt::format("set label 5 'true class' at screen {},{} center rotate by 90 font F12 tc rgb '{}'\n",
                        20.0 / layout.width, middle_y / layout.height, kInk);
  script += "plot $tiles using 1:2:(0.5):(0.5):3 with boxxyerror fs solid border lc rgb 'white' fc rgb variable";
  const bool any_numbers = std::ranges::any_of(cell.confusion, [](double share) { return share >= kLeastNumber; });
  if (n <= kMostNumbers && any_numbers) script += ", $numbers using 1:2:3:4 with labels font F12 tc rgb variable";
  return {path, layout.width, layout.height, script + "\n"};
}

}  // namespace ersatz::report
