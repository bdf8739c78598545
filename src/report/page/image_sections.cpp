// What shows single images: samples, confusion matrices, mistakes.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/real_source.hpp"
#include "base/text.hpp"
#include "report/page/sections.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::FirstSeed;

constexpr std::size_t kMostSampleClasses = 40, kMostMatrixClasses = 40;

std::string cell_name(const PageContent& page, const analysis::Cell& cell) {
  const std::string seeds = cell.seeds() == 1 ? "1 seed" : fmt::format("mean of {} seeds", cell.seeds());
  return fmt::format("{}, trained on {}, tested on {} ({}, accuracy {})", page.table.title(cell.classifier),
                     cell.train_on, cell.test_on, seeds, share(cell.accuracy.mean));
}

// Images of one class of one source.
std::string samples(const PageContent& page, const std::string& source, const std::vector<std::uint32_t>& images) {
  std::string html;
  for (const std::uint32_t image : images) html += thumbnail(page, source, image);
  return html;
}

std::string matrix_html(const PageContent& page, std::size_t number) {
  const analysis::Cell& cell = *page.seeds[number].cell;
  const auto& classes = page.table.study.classes;
  std::string html = fmt::format(
      "<table class=\"heat confusion\" data-cell=\"{}\"><caption>rows: the true class; columns: what it was "
      "called</caption><thead><tr><td></td>",
      number);
  for (const auto& name : classes) html += fmt::format("<th scope=\"col\">{}</th>", escape_html(name));
  html += "</tr></thead><tbody>\n";
  for (std::size_t truth = 0; truth < classes.size(); ++truth) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", escape_html(classes[truth]));
    for (std::size_t called = 0; called < classes.size(); ++called) {
      const double part = cell.confusion[truth * classes.size() + called];
      html += fmt::format("<td class=\"share{}\" style=\"--v:{:.2f}\">{}</td>", truth == called ? " right" : "", part,
                          part < .005 ? "" : share(part, 2));
    }
    html += "</tr>\n";
  }
  return "<figure>" + scrolling(cell_name(page, cell), html + "</tbody></table>") +
         "<div class=\"behind\" "
         "aria-live=\"polite\"></div></figure>\n";
}

std::string mistake(const PageContent& page, const FirstSeed& seed, std::uint32_t image) {
  const std::string& source = seed.cell->test_on;
  const auto& classes = page.table.study.classes;
  const auto truth = static_cast<std::size_t>(page.table.truth.at(source)[image]);
  const auto called = static_cast<std::size_t>(seed.result->predicted[image]);
  const std::string sure =
      seed.sure.empty() ? "" : fmt::format(", {} %", static_cast<int>(std::lround(100 * seed.sure[image])));
  return fmt::format("<li title=\"{}\">{}<br>{}, called {}{}</li>\n", escape_html(page.files.at(source)[image]),
                     thumbnail(page, source, image), escape_html(classes[truth]), escape_html(classes[called]), sure);
}

}  // namespace

std::optional<Section> samples_section(const PageContent& page) {
  if (page.images.empty()) return std::nullopt;
  const auto& classes = page.table.study.classes;
  struct Column {
    std::string source;
    std::vector<std::vector<std::uint32_t>> images;  // by class
  };
  std::vector<Column> columns;  // the real source first
  for (const std::string& source : analysis::tested_sources(page.table)) {
    if (!page.images.contains(source)) continue;
    const auto& truth = page.table.truth.at(source);
    Column& column = columns.emplace_back(Column{source, {}});
    column.images.resize(classes.size());
    for (const std::uint32_t image : analysis::samples_of_classes(truth, classes.size(), analysis::kSamplesShown)) {
      column.images[static_cast<std::size_t>(truth[image])].push_back(image);
    }
  }
  std::string html = "<table class=\"samples\"><thead><tr><th scope=\"col\">class</th>";
  for (const Column& column : columns) html += fmt::format("<th scope=\"col\">{}</th>", escape_html(column.source));
  html += "</tr></thead><tbody>\n";
  for (std::size_t c = 0; c < std::min(classes.size(), kMostSampleClasses); ++c) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", escape_html(classes[c]));
    for (const Column& column : columns) {
      html += fmt::format("<td data-source=\"{}\">{}</td>", escape_html(column.source),
                          samples(page, column.source, column.images[c]));
    }
    html += "</tr>\n";
  }
  html = scrolling("Sample images", html + "</tbody></table>");
  if (classes.size() > kMostSampleClasses) {
    html += paragraph(fmt::format("The first {} of {} classes.", kMostSampleClasses, classes.size()), "small");
  }
  return Section{"samples", "What the images look like",
                 "test images of every class, spread evenly over its files: nobody has picked them.", html};
}

std::optional<Section> confusion_section(const PageContent& page) {
  if (page.seeds.empty()) return std::nullopt;
  std::string html;
  const std::size_t classes = page.table.study.classes.size();
  if (classes > kMostMatrixClasses) {
    html = paragraph(fmt::format("Matrices of {} classes are too large for the page: DIR/figures has them.", classes));
  }
  for (std::size_t i = 0; i < page.seeds.size() && classes <= kMostMatrixClasses; ++i) {
    html += folded(cell_name(page, *page.seeds[i].cell), matrix_html(page, i), i == 0);
  }
  return Section{"confusion", "What is taken for what",
                 "a row is a true class, and says which share of its test images was called what; it adds up to 1. The "
                 "framed numbers are right. A strong blue beside them is a confusion.",
                 html};
}

std::optional<Section> mistakes_section(const PageContent& page) {
  if (page.images.empty()) return std::nullopt;
  std::string html;
  bool first = true;
  for (const FirstSeed& seed : page.seeds) {
    if (!page.images.contains(seed.cell->test_on)) continue;
    const auto& truth = page.table.truth.at(seed.cell->test_on);
    std::string list;
    for (const std::uint32_t image : analysis::surest_mistakes(seed, truth, analysis::kMistakesShown)) {
      if (page.images.at(seed.cell->test_on).place_of(image)) list += mistake(page, seed, image);
    }
    if (list.empty()) continue;
    const std::string name =
        fmt::format("{}, trained on {}, tested on {} (seed {}: {} of {} wrong)",
                    page.table.title(seed.cell->classifier), seed.cell->train_on, seed.cell->test_on, seed.result->seed,
                    format_count(seed.result->confusion.total() - seed.result->confusion.correct()),
                    format_count(seed.result->confusion.total()));
    html += folded(name, "<ul class=\"pictures\">\n" + list + "</ul>\n", first);
    first = false;
  }
  if (html.empty()) return std::nullopt;
  return Section{
      "mistakes", "The surest mistakes",
      "test images that the first seed is most certain about and wrong: the true class, what it was called, and "
      "the probability that the classifier gave it. Look for wrong labels among them.",
      html};
}

}  // namespace ersatz::report
