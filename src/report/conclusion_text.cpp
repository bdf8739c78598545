#include "report/conclusion_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "analysis/conclusion.hpp"
#include "analysis/real_source.hpp"
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

enum class Verdict { lowers, raises, keeps, unclear };

// Only what the simultaneous interval of the difference leaves no doubt about has a direction, and only what is shown
// to be small is called small.
Verdict verdict(const OwnAndOther& c) {
  if (!c.difference) return Verdict::unclear;
  if (analysis::as_well(*c.difference)) return Verdict::keeps;
  if (c.difference->simultaneous.high < 0) return Verdict::lowers;
  return c.difference->simultaneous.low > 0 ? Verdict::raises : Verdict::unclear;
}

std::string seeds_that_could_show(const std::vector<const OwnAndOther*>& classifiers) {
  std::size_t fewest = ~std::size_t{0};
  for (const OwnAndOther* c : classifiers) fewest = std::min(fewest, c->difference ? c->difference->difference.n : 0);
  if (fewest == 0) return "can be tested, without a seed in common,";
  return fewest == 1 ? "one seed could show" : fmt::format("{} seeds could show", fewest);
}

// "training on FAKE instead of REAL lowers the accuracy of NN from .372 [..] to .251 [..] and of ..., and makes no
// difference that 5 seeds could show to that of ..."
std::string clause(const analysis::OtherTraining& training, bool with_seeds) {
  std::vector<std::string> verbs;
  for (const Verdict kind : {Verdict::lowers, Verdict::raises, Verdict::keeps, Verdict::unclear}) {
    std::vector<const OwnAndOther*> group;
    std::vector<std::string> parts;
    for (const OwnAndOther& c : training.classifiers) {
      if (verdict(c) != kind) continue;
      group.push_back(&c);
      const std::string own = accuracy(*c.own, with_seeds), other = accuracy(*c.other, with_seeds);
      parts.push_back(kind == Verdict::unclear || kind == Verdict::keeps
                          ? fmt::format("of {} ({} and {})", c.own->title, own, other)
                          : fmt::format("of {} from {} to {}", c.own->title, own, other));
    }
    if (group.empty()) continue;
    const char* what = verbs.empty() ? "the accuracy" : "that";
    switch (kind) {
      case Verdict::lowers: verbs.push_back(fmt::format("lowers {} {}", what, join_words(parts))); break;
      case Verdict::raises: verbs.push_back(fmt::format("raises {} {}", what, join_words(parts))); break;
      case Verdict::keeps:
        verbs.push_back(
            fmt::format("changes {} {} by less than {}", what, join_words(parts), share(analysis::kAsWell, 2)));
        break;
      case Verdict::unclear:
        verbs.push_back(
            fmt::format("makes no difference that {} to {} {}", seeds_that_could_show(group), what, join_words(parts)));
        break;
    }
  }
  return fmt::format("training on {} instead of {} {}", training.other, training.own, join_words(verbs, ", and "));
}

std::string explanation(const std::set<std::size_t>& seeds) {
  if (*seeds.rbegin() == 1) return "one seed; 95 % Wilson intervals over the test images only";
  if (seeds.size() == 1) return fmt::format("mean ± standard deviation over {} seeds", *seeds.begin());
  return "mean ± standard deviation over n seeds; where there is one, 95 % Wilson interval over the test images only";
}

std::string sentence(const analysis::Conclusion& conclusion) {
  std::set<std::size_t> seeds;  // how many the cells have
  std::size_t family = 0;
  for (const auto& training : conclusion.trainings) {
    for (const OwnAndOther& c : training.classifiers) {
      seeds.insert({c.own->seeds(), c.other->seeds()});
      family += c.difference ? 1 : 0;
    }
  }
  std::vector<std::string> clauses;
  for (const auto& training : conclusion.trainings) clauses.push_back(clause(training, seeds.size() > 1));
  const std::string judged =
      family > 1 ? fmt::format("; judged at the 5 % level of all {} comparisons together", family) : "";
  return fmt::format("Tested on {}, {} ({}{}).", conclusion.source, fmt::join(clauses, "; "), explanation(seeds),
                     judged);
}

}  // namespace

std::vector<std::string> conclusion_sentences(const analysis::ResultTable& table) {
  std::vector<std::string> sentences;
  for (const auto& conclusion : analysis::conclusions(table)) sentences.push_back(sentence(conclusion));
  return sentences;
}

std::string conclusion_paragraph(const analysis::ResultTable& table, std::size_t width) {
  const auto conclusions = analysis::conclusions(table);
  if (conclusions.empty() || conclusions.front().source != analysis::real_source(table).name) return "";
  return "\n" + wrapped(sentence(conclusions.front()), width);
}

}  // namespace ersatz::report
