#include "report/page/audit_page.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/text.hpp"
#include "data/duplicates.hpp"
#include "report/audit_text.hpp"
#include "report/copies_text.hpp"
#include "report/page/audit_charts.hpp"
#include "report/page/document.hpp"
#include "report/page/script.hpp"

namespace ersatz::report {
namespace {

using audit::Audit;
using audit::Comparison;

bool is_told_apart(const Comparison& other) {
  return other.as_they_are[static_cast<std::size_t>(audit::Evidence::pixels)].has_value();
}

std::optional<Section> short_section(const Audit& audit) {
  const std::vector<std::string> sentences = audit_sentences(audit);
  if (sentences.empty()) return std::nullopt;
  std::string list = "<ol class=\"answer\">\n";
  for (const std::string& sentence : sentences) list += fmt::format("<li>{}</li>\n", escape_html(sentence));
  return Section{"short", "In short",
                 "AUC is the share of pairs of one image each that a small classifier puts in the right order: .5 is "
                 "guessing, 1 is never wrong. A difference between sources is no proof that it harms.",
                 list + "</ol>\n"};
}

std::optional<Section> evidence_section(const Audit& audit) {
  std::string body;
  for (const Comparison& other : audit.others) {
    if (!is_told_apart(other)) continue;
    body += scrolling(other.source + ": evidence", evidence_chart(audit.real, other), "chart");
    body += folded("the numbers",
                   html_table(audit_evidence(other), fmt::format("{} against {}", other.source, audit.real)));
  }
  if (body.empty()) return std::nullopt;
  return Section{
      "evidence", "What tells them apart",
      fmt::format("Logistic regressions by one kind of evidence each, five folds, {} images of each source, the same "
                  "number from each class. Encoded alike: all as JPEG of quality {}, and decoded again.",
                  format_count(audit.per_source), audit::kAlikeQuality),
      body};
}

std::optional<Section> traits_section(const Audit& audit) {
  std::string body;
  for (const Comparison& other : audit.others) {
    body += scrolling(other.source + ": spectrum", spectrum_chart(audit, other), "chart");
    body += html_table(audit_traits(audit, other), fmt::format("{} beside {}", other.source, audit.real));
  }
  if (body.empty()) return std::nullopt;
  return Section{
      "traits", "Colours, sharpness, spectrum",
      "Mean ± standard deviation over images. d is the difference of the means in standard deviations: .2 is "
      "small, .8 is large. The last column has the class in which it is largest, where that is shown "
      "(intervals of all classes together).",
      body};
}

Section files_section(const Audit& audit) {
  return {
      "files", "Files",
      "How the image files of each source are encoded. Sources that are encoded in two ways can be told apart without "
      "a look at what they show.",
      html_table(audit_files(audit), "Files of each source")};
}

Section copies_section(const data::DataSet& set, const std::optional<data::NearReport>& near) {
  std::string body = html_table(duplicates_table(set), "Pairs of equal images of one source");
  for (const std::string& leak : leak_sentences(set)) body += paragraph("Leak: " + leak + ".", "warning");
  const std::string conflicts = data::label_conflicts(set).warning();
  if (!conflicts.empty()) body += paragraph(conflicts, "warning");
  if (near) {
    if (!near->copies.empty()) body += html_table(near_copies_table(set, *near), "Pairs of near copies");
    body += paragraph(
        fmt::format("Near copies{}: {}.", near->copies.empty() ? ", of which there are none" : "", near_copies_rule()),
        "small");
    for (const std::string& leak : near_leak_sentences(set, *near)) body += paragraph(leak + ".");
  }
  return {"copies", "Copies",
          "A test image with a copy among the training images measures memory. Three equal images are three pairs.",
          body};
}

}  // namespace

std::string audit_page(const std::string& title, const data::DataSet& set, const Audit& audit,
                       const std::optional<data::NearReport>& near) {
  std::vector<Section> sections;
  for (const auto make : {short_section, evidence_section, traits_section}) {
    if (auto section = make(audit)) sections.push_back(std::move(*section));
  }
  sections.push_back(files_section(audit));
  sections.push_back(copies_section(set, near));
  std::string html = page_head(title) + fmt::format("<body>\n<header>\n<h1>{}</h1>\n", escape_html(title));
  html += paragraph(fmt::format("{} x {} pixels, {} {}; the real source is {}", set.shape.width, set.shape.height,
                                set.classes.size(), set.classes.size() == 1 ? "class" : "classes", audit.real),
                    "small");
  if (!audit.small_sources.empty()) {
    html +=
        paragraph(fmt::format("Not compared, with fewer than {} images (copies and images of a group count once): {}.",
                              audit::kFewestImages, join_words(audit.small_sources)),
                  "warning");
  }
  if (!audit.left_out.empty()) {
    html += paragraph(
        fmt::format("Left out of what is compared, since not every source has them: {}.", join_words(audit.left_out)),
        "warning");
  }
  html += contents_html(sections) + "</header>\n<main>\n";
  for (const Section& section : sections) html += section_html(section);
  return html + fmt::format("</main>\n<script>{}</script>\n</body>\n</html>\n", page_script());
}

}  // namespace ersatz::report
