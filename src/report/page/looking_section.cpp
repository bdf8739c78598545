// Where classifiers look in test images.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/page/sections.hpp"

namespace ersatz::report {
namespace {

constexpr std::size_t kMostClasses = 40;

/// What one run looks at, by class of the image: places in LookingMaps::maps.
struct Looker {
  const analysis::FirstSeed* seed;
  std::map<std::int32_t, std::vector<std::size_t>> by_class;
};

// The run's first seed, if the table has it tested on this source.
const analysis::FirstSeed* find_seed(const PageContent& page, const std::string& source, const std::string& run) {
  const auto found = std::ranges::find_if(page.seeds, [&](const analysis::FirstSeed& seed) {
    return seed.cell->test_on == source && seed.result->run_id == run;
  });
  return found == page.seeds.end() ? nullptr : &*found;
}

std::vector<Looker> lookers_of(const PageContent& page, const LookingMaps& looking) {
  std::vector<Looker> lookers;
  for (std::size_t i = 0; i < looking.maps.size(); ++i) {
    const analysis::FirstSeed* seed = find_seed(page, looking.source, looking.maps[i].run);
    if (seed == nullptr) continue;
    auto looker = std::ranges::find(lookers, seed, &Looker::seed);
    if (looker == lookers.end()) looker = lookers.insert(lookers.end(), Looker{seed, {}});
    looker->by_class[page.table.truth.at(looking.source)[looking.maps[i].image]].push_back(i);
  }
  return lookers;
}

std::string example(const PageContent& page, std::size_t number, std::size_t map, const analysis::FirstSeed& seed) {
  const LookingMaps& looking = page.maps[number];
  const std::uint32_t image = looking.maps[map].image;
  const auto called = static_cast<std::size_t>(seed.result->predicted[image]);
  const std::string& name = page.table.study.classes[called];
  const std::string& file = page.files.at(looking.source)[image];
  const std::string sure =
      seed.sure.empty() ? "" : fmt::format(" {} %", static_cast<int>(std::lround(100 * seed.sure[image])));
  const std::string over = looking.maps[map].flat ? "nothing speaks for " + name : "what speaks for " + name;
  const bool right = !seed.is_wrong(page.table.truth.at(looking.source), image);
  return fmt::format("<span class=\"look\">{}{}<br>{} {}{}</span>", map_picture(page.maps, number, 2 * map, file),
                     map_picture(page.maps, number, 2 * map + 1, file + ": " + over), right ? "\u2713" : "\u2717",
                     escape_html(name), sure);
}

std::string looking_table(const PageContent& page, std::size_t number) {
  const std::vector<Looker> lookers = lookers_of(page, page.maps[number]);
  if (lookers.empty()) return {};
  const auto& classes = page.table.study.classes;
  std::string html = "<table class=\"samples\"><thead><tr><th scope=\"col\">class</th>";
  std::vector<std::string> names;
  for (const Looker& looker : lookers) {
    names.push_back(
        fmt::format("{}, trained on {}", page.table.title(looker.seed->cell->classifier), looker.seed->cell->train_on));
    html += fmt::format("<th scope=\"col\">{}</th>", escape_html(names.back()));
  }
  html += "</tr></thead><tbody>\n";
  for (std::size_t c = 0; c < std::min(classes.size(), kMostClasses); ++c) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", escape_html(classes[c]));
    for (std::size_t i = 0; i < lookers.size(); ++i) {
      html += fmt::format("<td data-source=\"{}\">", escape_html(names[i]));
      const auto maps = lookers[i].by_class.find(static_cast<std::int32_t>(c));
      if (maps != lookers[i].by_class.end()) {
        for (const std::size_t map : maps->second) html += example(page, number, map, *lookers[i].seed);
      }
      html += "</td>";
    }
    html += "</tr>\n";
  }
  return scrolling(fmt::format("Where classifiers look in test images of {}", page.maps[number].source),
                   html + "</tbody></table>");
}

}  // namespace

std::optional<Section> looking_section(const PageContent& page) {
  std::string html;
  for (std::size_t i = 0; i < page.maps.size(); ++i) html += looking_table(page, i);
  if (html.empty()) return std::nullopt;
  return Section{
      "looking", "Where it looks",
      "of every class the test image that the first seed is surest about and right (\u2713), and the one that it is "
      "surest about and wrong (\u2717). The map beside each image is the lighter, from dark blue over red to yellow, "
      "the "
      "more a place speaks for the class that the image was called: Grad-CAM, from the gradient at the last "
      "convolution. It shows where evidence lies, coarsely, and not what it is.",
      html};
}

}  // namespace ersatz::report
