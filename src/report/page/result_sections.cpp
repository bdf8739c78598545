// What came out: the answer, accuracies, classes, what images are worth.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/real_source.hpp"
#include "base/files.hpp"
#include "report/answer_text.hpp"
#include "report/budget_text.hpp"
#include "report/caption.hpp"
#include "report/conclusion_text.hpp"
#include "report/look_text.hpp"
#include "report/mixture_tables.hpp"
#include "report/page/class_chart.hpp"
#include "report/page/sections.hpp"
#include "report/tables.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::Cell;
using analysis::ResultTable;

constexpr std::size_t kSentences = 3;

std::vector<std::string> training_sets(const std::vector<Cell>& cells) {
  std::vector<std::string> names;
  for (const Cell& cell : cells) {
    if (std::ranges::find(names, cell.train_on) == names.end()) names.push_back(cell.train_on);
  }
  return names;
}

std::string heat_square(const Cell* cell) {
  if (cell == nullptr) return "<td class=\"none\">missing</td>";
  const std::string seeds = cell->seeds() == 1 ? "1 seed" : fmt::format("n = {}", cell->seeds());
  return fmt::format("<td class=\"share\" style=\"--v:{:.3f}\"><b>{}</b><span class=\"n\">{}, {}</span></td>",
                     cell->accuracy.mean, escape_html(share(cell->accuracy.mean)),
                     escape_html(interval(cell->accuracy_interval)), seeds);
}

// Training sets in rows, test sets in columns.
std::string heat_map(const ResultTable& table, const std::string& classifier) {
  std::vector<Cell> of;
  for (const Cell& cell : table.cells) {
    if (cell.classifier == classifier) of.push_back(cell);
  }
  const auto trained = training_sets(of);
  const auto tested = analysis::tested_sources(table);  // the real one first
  const std::string title = table.title(classifier);
  std::string html = fmt::format(
      "<table class=\"heat\"><caption>{}</caption><thead><tr><th scope=\"col\">trained on</th>", escape_html(title));
  for (const auto& source : tested) html += fmt::format("<th scope=\"col\">tested on {}</th>", escape_html(source));
  html += "</tr></thead><tbody>\n";
  for (const auto& set : trained) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", escape_html(set));
    for (const auto& source : tested) {
      const auto found =
          std::ranges::find_if(of, [&](const Cell& cell) { return cell.train_on == set && cell.test_on == source; });
      html += heat_square(found == of.end() ? nullptr : &*found);
    }
    html += "</tr>\n";
  }
  return scrolling("Accuracy of " + title, html + "</tbody></table>");
}

std::string figures_html(const std::vector<PageFigure>& figures, std::string_view prefix) {
  std::string html;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const std::string svg = inline_svg(read_file(figures[i].svg), fmt::format("{}{}", prefix, i), figures[i].label);
    html += "<figure>" + scrolling(figures[i].label, svg, "chart") + "</figure>\n";
  }
  return html;
}

// Of one source: sentences, then tables with all numbers.
std::string answer_html(const analysis::Answer& answer) {
  std::string html = fmt::format("<h3>Tested on {}</h3>\n<ol>\n", escape_html(answer.source));
  const AnswerText told = answer_text(answer);
  for (const auto& sentence : told.sentences) html += "<li>" + escape_html(sentence) + "</li>\n";
  html += "</ol>\n";
  for (const auto& warning : told.warnings) html += paragraph(warning, "warning");
  const std::string& source = answer.source;
  if (!answer.substitutions.empty()) {
    html += folded(fmt::format("Other images in place of {}: all numbers", source),
                   html_table(substitution_table(answer.substitutions), "In place of " + source));
  }
  if (!answer.gains.gains.empty()) {
    html += folded(
        fmt::format("Images added to {}: all numbers", source),
        paragraph(gains_note(answer.gains), "small") + html_table(gains_table(answer.gains), "Added to " + source));
  }
  if (answer.budgets) {
    const std::string note = equal_epochs_note(*answer.budgets);
    html += folded("Every budget: all numbers", (note.empty() ? "" : paragraph(note, "small")) +
                                                    html_table(budgets_text_table(*answer.budgets), "Budgets"));
  }
  return html;
}

}  // namespace

std::optional<Section> answer_section(const PageContent& page) {
  std::vector<std::string> sentences = conclusion_sentences(page.table);
  const bool has_headline = !sentences.empty();
  for (const analysis::Answer& answer : page.answers) {
    if (sentences.size() >= kSentences) break;
    if (!answer.real) continue;
    // A headline has said what those do that begin the answer: in place of the real images.
    const auto told = answer_text(answer).sentences;
    const std::size_t first = !has_headline || answer.substitutions.empty() ? 0 : std::min<std::size_t>(2, told.size());
    for (std::size_t i = first; i < told.size() && sentences.size() < kSentences; ++i) sentences.push_back(told[i]);
  }
  if (sentences.empty()) return std::nullopt;
  sentences.resize(std::min(sentences.size(), kSentences));
  std::string html = "<ol class=\"answer\">\n";
  for (const auto& sentence : sentences) html += "<li>" + escape_html(sentence) + "</li>\n";
  return Section{
      "answer", "The answer",
      "accuracy is the share of test images that a classifier calls by their right class. A range in brackets, "
      "or what stands behind ±, says how far another try may be off.",
      html + "</ol>\n"};
}

std::optional<Section> accuracy_section(const PageContent& page) {
  const ResultTable& table = page.table;
  if (table.cells.empty()) return std::nullopt;
  std::string html = "<div class=\"maps\">\n";
  for (const auto& classifier : analysis::classifiers_of(table)) html += heat_map(table, classifier);
  html += "</div>\n";
  html += folded("As a table, with F1", html_table(accuracy_table(table), "Accuracy and F1"));
  for (const auto& line : caption(table).explanations) html += paragraph(line, "small");
  for (const auto& source : analysis::tested_sources(table)) {
    const std::string looks = looks_text(page.looks, source, table.runs.size());
    if (!looks.empty()) html += paragraph(looks, "small");
  }
  return Section{"accuracy", "Trained on, tested on",
                 "a row for what was trained on, a column for what was tested; the stronger the blue, the better. In "
                 "brackets the 95 % "
                 "interval of each by itself. Compare down a column: those are the same test images.",
                 html};
}

std::optional<Section> classes_section(const PageContent& page) {
  if (page.table.cells.empty()) return std::nullopt;
  std::string html;
  for (const analysis::Answer& answer : page.answers) {
    html += "<div class=\"charts\">\n";
    for (const analysis::Substitution& one : answer.substitutions) {
      const std::string label = fmt::format("F1 of every class: {}, tested on {}", one.title, one.source);
      html += "<figure>" + scrolling(label, class_chart(one, answer.real)) + "</figure>\n";
    }
    html += "</div>\n";
    if (!answer.substitutions.empty()) {
      html += folded(fmt::format("Tested on {}: all numbers", answer.source),
                     paragraph(class_note(), "small") + html_table(class_table(answer.substitutions),
                                                                   "F1 and recall of every class on " + answer.source));
    }
  }
  html += folded("F1 of every class, for all training sets", html_table(f1_table(page.table), "F1 of every class"),
                 page.answers.empty());
  return Section{
      "classes", "Class by class",
      "F1 weighs how many of a class's test images are recognised (recall) against how many are called so and are not. "
      "The longer the line between two signs, the more it matters for this class what was trained on.",
      html};
}

std::optional<Section> worth_section(const PageContent& page) {
  if (page.answers.empty()) return std::nullopt;
  std::string html = figures_html(page.figures.mixtures, "mixtures");
  for (const analysis::Answer& answer : page.answers) html += answer_html(answer);
  return Section{
      "worth", "What other images are worth",
      "each sentence has its numbers, their 95 % intervals, and n, the number of seeds. In a figure, the band around a "
      "line holds all of its points together with 95 %; what no band separates may be chance.",
      html};
}

std::optional<Section> training_section(const PageContent& page) {
  if (page.figures.histories.empty()) return std::nullopt;
  return Section{
      "training", "Training",
      "solid lines are training images, dotted ones validation images, which are only watched. A dot marks the "
      "epoch whose weights are kept. Lines that part say that the training images are learnt by heart.",
      figures_html(page.figures.histories, "history")};
}

}  // namespace ersatz::report
