#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/figures.hpp"
#include "report/plot.hpp"
#include "report/text_extent.hpp"
#include "report/wording.hpp"
#include "study/output_layout.hpp"

namespace ersatz::report {
namespace {

constexpr std::size_t kMostNumbers = 25;  ///< more classes than this leave no room for numbers
constexpr std::size_t kMostBorders = 50;  ///< nor for white between the tiles
constexpr double kLongestName = 15;       ///< ems; longer names are cut in their middle

struct Layout {
  double tile = 0, name_size = 0;
  std::size_t named = 1;  ///< of so many classes, one has its name written
  double left = 0, top = 0, width = 0, height = 0;
  double bar = 0;  ///< width of the scale at the right, 0: numbers stand in its place
};

double longest_name(const std::vector<std::string>& names) {
  double ems = 0;
  for (const auto& name : names) ems = std::max(ems, text_ems(name));
  return ems;
}

// Up to a dozen classes fill about half of a page's width, up to 100 a whole page's. Beyond, tiles shrink and only some
// classes are named.
Layout lay_out(const std::vector<std::string>& names, Frame& frame) {
  constexpr double kSmallestName = 8, kNarrowest = 420, kLargest = 840;
  const double n = static_cast<double>(names.size());
  Layout layout;
  if (names.size() <= kMostNumbers) {
    layout.tile = names.size() <= 12 ? std::clamp(300 / n, 38.0, 80.0) : 30;
    layout.name_size = kTextSize;
  } else {
    layout.tile = std::min(20.0, kLargest / n);
    layout.name_size = std::clamp(layout.tile - 1, kSmallestName - 0.5, kTextSize);
    layout.named = static_cast<std::size_t>(std::ceil(kSmallestName / layout.tile - 1e-9));
    layout.bar = 60;
  }
  const double name = longest_name(names) * layout.name_size, tiles = n * layout.tile;
  layout.left = name + 46;
  layout.width = std::max(kNarrowest, layout.left + tiles + layout.bar + 22);
  frame.width = layout.width;
  layout.top = frame.head() + 6;
  layout.height = layout.top + tiles + name * (layout.bar > 0 ? 1 : 0.75) + 40 + frame.foot();  // 0.75: at 45 degrees
  return layout;
}

std::string tics(const std::vector<std::string>& names, std::size_t every) {
  std::string list;
  for (std::size_t c = 0; c < names.size(); c += every) {
    list += fmt::format("{}{} {}", c == 0 ? "" : ", ", gnuplot_tic(names[c]), c);
  }
  return list;
}

std::string accuracy_text(const analysis::Cell& cell) {
  const std::string test = fmt::format("{} test images", format_count(cell.test_images));
  const std::string accuracy = spread(cell.accuracy);
  if (cell.seeds() > 1) return fmt::format("accuracy {}, mean of {} seeds, {}", accuracy, cell.seeds(), test);
  return fmt::format("accuracy {} {}, {}", accuracy, interval(cell.accuracy_interval), test);
}

// A row for each pair of classes that occurs.
std::string confusion_data(const analysis::Cell& cell, const std::vector<std::string>& classes) {
  std::string data = csv_line({"predicted", "true", "share", "predicted_class", "true_class"});
  for (std::size_t truth = 0; truth < classes.size(); ++truth) {
    for (std::size_t predicted = 0; predicted < classes.size(); ++predicted) {
      const double share = cell.confusion[truth * classes.size() + predicted];
      if (!(share > 0)) continue;
      data += csv_line({std::to_string(predicted), std::to_string(truth), data_field(share),
                        data_field(classes[predicted]), data_field(classes[truth])});
    }
  }
  return data;
}

// White to the palette's blue, slightly curved so that small confusions show. Numbers that round to .00 are left out:
// the eye finds the confusions.
constexpr std::string_view kDefinitions = R"(darkest_red = 29    # of a tile whose share is 1; that of 0 is white
darkest_green = 78
darkest_blue = 121
mix(gray, darkest) = 1 - gray ** 0.8 * (1 - darkest / 255.)
set palette functions mix(gray, darkest_red), mix(gray, darkest_green), mix(gray, darkest_blue)
set cbrange [0:1]
number(share) = share < 0.995 ? substr(sprintf('%.2f', share), 2, 4) : '1.00'
)";

std::string scale(const Layout& layout, double tiles) {
  const double height = std::min(tiles, 300.0);
  return fmt::format(
      "set colorbox vertical user origin screen {:.5f},{:.5f} size screen {:.5f},{:.5f} noborder\n"
      "set cbtics 0.2 scale 0 font small_font tc rgb ink\nset format cb '%.1f'\n",
      1 - (layout.bar + 4) / layout.width, 1 - (layout.top + height) / layout.height, 14 / layout.width,
      height / layout.height);
}

std::string plot_command(const Layout& layout, std::size_t classes) {
  std::string command = "plot NaN notitle, data skip 1 using 1:2:(0.5):(0.5):3 with boxxyerror fc palette fs solid " +
                        std::string(classes <= kMostBorders ? "border lc rgb 'white'" : "noborder") + " notitle";
  if (layout.bar > 0) return command + "\n";
  return command + fmt::format(
                       ", \\\n  data skip 1 using 1:($3 < 0.005 ? NaN : $2):(number($3)):($3 > 0.55 ? 0xffffff : "
                       "0x333333) with labels font {} tc rgb variable notitle\n",
                       classes <= 12 ? "text_font" : "small_font");
}

std::string script(const Frame& frame, const Layout& layout, const std::vector<std::string>& names) {
  const double tiles = static_cast<double>(names.size()) * layout.tile;
  std::string text = std::string(kDefinitions) + frame.commands(layout.height);
  text += fmt::format("set margins at screen {:.5f}, screen {:.5f}, screen {:.5f}, screen {:.5f}\n",
                      layout.left / layout.width, (layout.left + tiles) / layout.width,
                      1 - (layout.top + tiles) / layout.height, 1 - layout.top / layout.height);
  text += fmt::format("set xrange [-0.5:{0}]\nset yrange [{0}:-0.5]\nset border 0\n",
                      static_cast<double>(names.size()) - 0.5);
  text += fmt::format(
      "name_font = size({1})\nset xtics ({0}) rotate by {2} right nomirror scale 0 font name_font offset 0,-0.2 tc rgb "
      "ink\n"
      "set ytics ({0}) nomirror scale 0 font name_font offset 0.6,0 tc rgb ink\n",
      tics(names, layout.named), points(layout.name_size), layout.bar > 0 ? 90 : 45);
  text += fmt::format("set label 4 'predicted class' at screen {:.5f},{:.5f} center font text_font tc rgb ink\n",
                      (layout.left + tiles / 2) / layout.width, (frame.foot() + 14) / layout.height);
  text +=
      fmt::format("set label 5 'true class' at screen {:.5f},{:.5f} center rotate by 90 font text_font tc rgb ink\n",
                  20.0 / layout.width, 1 - (layout.top + tiles / 2) / layout.height);
  text += layout.bar > 0 ? scale(layout, tiles) : "unset colorbox\n";
  return text + plot_command(layout, names.size());
}

}  // namespace

Figure confusion_figure(const std::filesystem::path& path, const analysis::ResultTable& table,
                        const analysis::Cell& cell) {
  const auto& classes = table.study.classes;
  std::vector<std::string> names;
  for (const auto& name : classes) names.push_back(fit_text(name, kLongestName));
  Frame frame;
  frame.title = fmt::format("{} trained on {}, tested on {}", cell.title, cell.train_on, cell.test_on);
  frame.subtitle = accuracy_text(cell);
  frame.note = figure_note(table.study, table.runs.at(0).spec.settings) + "; rows add up to 1";
  const Layout layout = lay_out(names, frame);
  Figure figure;
  figure.path = path;
  figure.source = study::figure_source_path(path);
  figure.title = "Confusion matrix of " + frame.title;
  figure.width = layout.width;
  figure.height = layout.height;
  figure.script = script(frame, layout, names);
  figure.data_name = study::figure_data_name(path);
  figure.data = confusion_data(cell, classes);
  return figure;
}

}  // namespace ersatz::report
