#include "report/conclusion_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "analysis/conclusion.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::OwnAndOther;

std::string accuracy(const analysis::Cell& cell, bool with_seeds) {
  if (cell.seeds() == 1) return share(cell.accuracy.mean) + " " + interval(cell.accuracy_interval);
  const std::string text = spread(cell.accuracy);
  return with_seeds ? fmt::format("{} (n = {})", text, cell.seeds()) : text;
}

// "training on FAKE instead of REAL lowers the accuracy of NN from .372 [..] to .251 [..] and of ..."
std::string clause(const analysis::OtherTraining& training, bool with_seeds) {
  const auto lower = [](const OwnAndOther& c) { return c.other->accuracy.mean < c.own->accuracy.mean; };
  const auto higher = [](const OwnAndOther& c) { return c.other->accuracy.mean > c.own->accuracy.mean; };
  std::string verb = "changes";
  if (std::ranges::all_of(training.classifiers, lower)) verb = "lowers";
  if (std::ranges::all_of(training.classifiers, higher)) verb = "raises";
  std::vector<std::string> parts;
  for (const OwnAndOther& c : training.classifiers) {
    parts.push_back(
        fmt::format("of {} from {} to {}", c.own->title, accuracy(*c.own, with_seeds), accuracy(*c.other, with_seeds)));
  }
  return fmt::format("training on {} instead of {} {} the accuracy {}", training.other, training.own, verb,
                     join_words(parts));
}

std::string explanation(const std::set<std::size_t>& seeds) {
  if (*seeds.rbegin() == 1) return "one seed; 95 % Wilson intervals";
  if (seeds.size() == 1) return fmt::format("mean ± standard deviation over {} seeds", *seeds.begin());
  return "mean ± standard deviation over n seeds; 95 % Wilson interval where there is one";
}

std::string sentence(const analysis::Conclusion& conclusion) {
  std::set<std::size_t> seeds;  // how many the cells have
  for (const auto& training : conclusion.trainings) {
    for (const OwnAndOther& c : training.classifiers) seeds.insert({c.own->seeds(), c.other->seeds()});
  }
  std::vector<std::string> clauses;
  for (const auto& training : conclusion.trainings) clauses.push_back(clause(training, seeds.size() > 1));
  return fmt::format("Tested on {}, {} ({}).", conclusion.source, fmt::join(clauses, "; "), explanation(seeds));
}

}  // namespace

std::vector<std::string> conclusion_sentences(const analysis::ResultTable& table) {
  std::vector<std::string> sentences;
  for (const auto& conclusion : analysis::conclusions(table)) sentences.push_back(sentence(conclusion));
  return sentences;
}

std::string conclusion_paragraph(const analysis::ResultTable& table) {
  const auto sentences = conclusion_sentences(table);
  return sentences.empty() ? "" : "\n" + sentences.front() + "\n";
}

}  // namespace ersatz::report
