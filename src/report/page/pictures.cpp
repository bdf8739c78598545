// The thumbnails of test images: in the style sheet, in sections, and for the script.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/json.hpp"
#include "report/page/sections.hpp"

namespace ersatz::report {
namespace {

constexpr int kShownSide = 56;  // pixels of the page that small pictures are enlarged to

// The number of a source among those with thumbnails: part of a class of the style sheet.
std::size_t number_of(const PageImages& images, const std::string& source) {
  return static_cast<std::size_t>(std::distance(images.begin(), images.find(source)));
}

double zoom(const Thumbnails& all) {
  const int longer = std::max(all.shape.height, all.shape.width);
  return std::max(1.0, static_cast<double>(kShownSide) / longer);
}

// The rule of a class whose elements show one of these pictures each.
std::string rule(const std::string& name, const Thumbnails& all) {
  const double by = zoom(all);
  return fmt::format(
      ".{} {{ width: {:.2f}px; height: {:.2f}px; background-image: url(data:image/jpeg;base64,{}); "
      "background-size: {:.2f}px {:.2f}px; "
      "background-position: calc(var(--x) * {:.2f}px) calc(var(--y) * {:.2f}px); }}\n",
      name, all.shape.width * by, all.shape.height * by, all.jpeg, all.columns * all.stride.width * by,
      all.rows() * all.stride.height * by, -all.stride.width * by, -all.stride.height * by);
}

std::string picture(const std::string& name, const Thumbnails& all, std::size_t place, const std::string& label) {
  const auto columns = static_cast<std::size_t>(all.columns);
  return fmt::format("<span class=\"picture {}\" role=\"img\" aria-label=\"{}\" style=\"--x:{};--y:{}\"></span>", name,
                     escape_html(label), place % columns, place / columns);
}

}  // namespace

std::string thumbnail_style(const PageImages& images) {
  std::string css;
  std::size_t number = 0;
  for (const auto& [source, all] : images) css += rule(fmt::format("p{}", number++), all);
  return css;
}

std::string map_style(const PageMaps& maps) {
  std::string css;
  for (std::size_t i = 0; i < maps.size(); ++i) css += rule(fmt::format("m{}", i), maps[i].pictures);
  return css;
}

std::string thumbnail(const PageContent& page, const std::string& source, std::uint32_t image) {
  const auto all = page.images.find(source);
  if (all == page.images.end()) return {};
  const auto place = all->second.place_of(image);
  if (!place) return {};
  const auto& classes = page.table.study.classes;
  const std::string label = fmt::format("{}, {}", page.files.at(source).at(image),
                                        classes.at(static_cast<std::size_t>(page.table.truth.at(source).at(image))));
  return picture(fmt::format("p{}", number_of(page.images, source)), all->second, *place, label);
}

std::string map_picture(const PageMaps& maps, std::size_t number, std::size_t place, const std::string& label) {
  return picture(fmt::format("m{}", number), maps.at(number).pictures, place, label);
}

std::string images_json(const PageContent& page) {
  if (page.images.empty()) return {};
  Json sources = Json::object(), cells = Json::object();
  for (const auto& [source, all] : page.images) {
    Json files = Json::array(), truth = Json::array();
    for (const std::uint32_t image : all.images) {
      files.push_back(page.files.at(source).at(image));
      truth.push_back(page.table.truth.at(source).at(image));
    }
    sources[source] = {
        {"number", number_of(page.images, source)}, {"columns", all.columns}, {"files", files}, {"truth", truth}};
  }
  for (std::size_t c = 0; c < page.seeds.size(); ++c) {
    const analysis::FirstSeed& seed = page.seeds[c];
    const auto all = page.images.find(seed.cell->test_on);
    if (all == page.images.end()) continue;
    Json called = Json::array(), sure = Json::array();
    for (const std::uint32_t image : all->second.images) {
      called.push_back(seed.result->predicted.at(image));
      if (!seed.sure.empty()) sure.push_back(static_cast<int>(std::lround(100 * seed.sure.at(image))));
    }
    Json one{{"of", seed.cell->test_on}, {"seed", seed.result->seed}, {"called", called}};
    if (!seed.sure.empty()) one["sure"] = sure;
    Json counts = Json::array();
    for (std::size_t truth = 0; truth < seed.result->confusion.classes; ++truth) {
      for (std::size_t called_class = 0; called_class < seed.result->confusion.classes; ++called_class) {
        counts.push_back(seed.result->confusion.at(truth, called_class));
      }
    }
    one["counts"] = counts;
    cells[std::to_string(c)] = std::move(one);
  }
  const Json all{{"classes", page.table.study.classes},
                 {"most", analysis::kExamplesShown},
                 {"sources", sources},
                 {"cells", cells}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ersatz::report
