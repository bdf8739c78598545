#include "report/answer_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "analysis/answer_summary.hpp"
#include "base/text.hpp"
#include "report/budget_text.hpp"
#include "report/mixture_text.hpp"
#include "report/trade_text.hpp"
#include "report/tuning_text.hpp"
#include "report/use_text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {
namespace {

using analysis::Answer;
using analysis::Gain;
using analysis::same_augmentation;
using analysis::Substitution;

std::string sentence(std::string text, std::size_t seeds) {
  return fmt::format("{} ({}).", std::move(text), seeds_text(seeds));
}

std::string joined(const std::vector<std::string>& clauses) { return fmt::format("{}", fmt::join(clauses, "; ")); }

std::string point(const stats::Summary& accuracy, const stats::Interval& range) {
  return fmt::format("{} {}", share(accuracy.mean), interval(range));
}

// Gains that a condition holds for, at most one for each classifier: the first by `before`.
std::vector<const Gain*> choose(const Answer& answer, const std::function<bool(const Gain&)>& condition,
                                const std::function<bool(const Gain&, const Gain&)>& before) {
  std::vector<const Gain*> chosen;
  for (const Gain& gain : answer.gains.gains) {
    if (!condition(gain)) continue;
    const auto same = std::ranges::find(chosen, gain.classifier, [](const Gain* g) { return g->classifier; });
    if (same == chosen.end()) {
      chosen.push_back(&gain);
    } else if (before(gain, **same)) {
      *same = &gain;
    }
  }
  return chosen;
}

bool unchanged(const Gain& gain) { return gain.mixture.only_mixed(); }
bool only_augmented(const Gain& gain) {
  const analysis::Mixture& mixture = gain.mixture;
  return mixture.augmentation && mixture.use.is_usual() && !mixture.has_own_settings();
}
bool more_added(const Gain& a, const Gain& b) { return a.added > b.added; }

// 1 and 2: what the source itself teaches, and the others in its place.
void say_substitution(const Answer& answer, std::vector<std::string>& sentences) {
  if (answer.substitutions.empty()) return;
  std::vector<std::string> own, other;
  for (const Substitution& s : answer.substitutions) {
    const std::string base = fmt::format("{} {}", s.title, point(s.own, s.own_interval));
    if (std::ranges::find(own, base) == own.end()) own.push_back(base);
    other.push_back(
        fmt::format("{}{} {}, a classification accuracy score of {} {}", s.title,
                    s.other_source == answer.substitutions.front().other_source ? "" : " with " + s.other_source,
                    point(s.other, s.other_interval), share(s.score), ratio_interval(s.score_interval)));
  }
  const Substitution& first = answer.substitutions.front();
  const std::size_t tests = answer.test_images;
  sentences.push_back(
      sentence(fmt::format("Trained on {} {} images, these shares of the {} {} test images are classified "
                           "correctly: {}",
                           format_count(first.images), answer.source, format_count(tests), answer.source, joined(own)),
               first.seeds));
  sentences.push_back(sentence(fmt::format("Trained on as many {} images instead{}: {}", first.other_source,
                                           answer.real ? " (GAN-train)" : "", joined(other)),
                               first.seeds));
}

// 3: images of other sources alone.
void say_alone(const Answer& answer, std::vector<std::string>& sentences) {
  const auto alone = choose(
      answer, [](const Gain& g) { return g.own == 0 && unchanged(g) && g.equivalent; }, more_added);
  if (alone.empty()) return;
  std::vector<std::string> clauses;
  for (const Gain* gain : alone) {
    clauses.push_back(fmt::format("{} {} {}{}", gain->title, images_text(gain->equivalent->images, *gain->equivalent),
                                  images_interval(*gain->equivalent), images_readings_text(*gain->equivalent)));
  }
  sentences.push_back(
      sentence(fmt::format("On their own, {} images are worth this many {} ones: {}",
                           additions_text(alone.front()->mixture, answer.source), answer.source, joined(clauses)),
               alone.front()->seeds));
}

std::string change_text(const Gain& gain) {
  return difference_text(gain.change->difference.mean, gain.change->simultaneous);
}

// How many seeds would settle it, where these could not.
std::string outlook_text(const analysis::PairedDifference& compared) {
  constexpr std::size_t kMostToPlan = 100;  // the estimate is too rough for larger numbers
  const auto found = analysis::outlook(compared);
  if (!found) return "";
  if (!found->seeds) return "; a difference of this size would take more test images";
  return fmt::format(
      "; by estimate, {} seeds would show a difference of this size{}",
      *found->seeds > kMostToPlan ? fmt::format("over {}", kMostToPlan) : fmt::format("about {}", *found->seeds),
      compared.family > 1 ? fmt::format(" among {}", compared.family) : "");
}

std::string gain_text(const Gain& gain) {
  const std::size_t family = gain.change->family;
  return fmt::format("{} ({}{}{})", change_text(gain), p_text(gain.p_holm),
                     family > 1 ? fmt::format(" after Holm's correction over {} comparisons", family) : "",
                     outlook_text(*gain.change));
}

// Whether nothing but generated images was added, and the budget does not decide whether they help.
bool is_addition(const Answer& answer, const Gain& gain) {
  return gain.change && gain.added > 0 && unchanged(gain) && !is_reversed(answer, gain);
}

// Gains of generated images that were added to as many images of the source, for one classifier after the other.
using OfClassifier = std::vector<const Gain*>;
std::vector<OfClassifier> added_to(const Answer& answer, std::size_t own) {
  std::vector<OfClassifier> classifiers;
  for (const Gain& gain : answer.gains.gains) {
    if (gain.own != own || !is_addition(answer, gain)) continue;
    const auto same =
        std::ranges::find(classifiers, gain.title, [](const OfClassifier& gains) { return gains.front()->title; });
    (same == classifiers.end() ? classifiers.emplace_back() : *same).push_back(&gain);
  }
  return classifiers;
}

// "LeNet TEXT with 10,000 FAKE and TEXT with 40,000 FAKE; VGG16 ..."; where one amount was added, without it.
std::string amounts_text(const Answer& answer, const std::vector<OfClassifier>& classifiers, const char* with,
                         const std::function<std::string(const Gain&)>& text) {
  const bool one = std::ranges::all_of(classifiers, [](const OfClassifier& gains) { return gains.size() == 1; });
  std::vector<std::string> clauses;
  for (const OfClassifier& gains : classifiers) {
    std::vector<std::string> parts;
    for (const Gain* gain : gains) {
      parts.push_back(text(*gain) +
                      (one ? "" : fmt::format(" {} {}", with, additions_text(gain->mixture, answer.source))));
    }
    clauses.push_back(gains.front()->title + " " + join_words(parts));
  }
  return joined(clauses);
}

std::string addition_sentence(const Answer& answer, const std::vector<OfClassifier>& classifiers) {
  const Gain& first = *classifiers.front().front();
  const bool one = std::ranges::all_of(classifiers, [](const OfClassifier& gains) { return gains.size() == 1; });
  return sentence(fmt::format("Adding {} images to {} {} ones changes the accuracy by: {}",
                              one ? additions_text(first.mixture, answer.source) : "other", format_count(first.own),
                              answer.source, amounts_text(answer, classifiers, "with", gain_text)),
                  first.seeds);
}

// The next images that were added where fewer had been: from the amount before to this one.
std::string step_text(const Answer& answer, const Gain& gain) {
  const analysis::AddedStep& step = *gain.step;
  const std::string worth = step.per_image ? thousand_text(*step.per_image) : "an unknown number";
  return fmt::format("{} {} for the step from {} to {} (accuracy {})", gain.title, worth, format_count(step.from),
                     additions_text(gain.mixture, answer.source),
                     difference_text(step.change.difference.mean, step.change.interval));
}

// What added images are worth one by one: all of them, and the last.
void say_value(const Answer& answer, const std::vector<OfClassifier>& classifiers,
               std::vector<std::string>& sentences) {
  const Gain& first = *classifiers.front().front();
  std::string text = fmt::format(
      "There, 1,000 added images are worth as many further {} ones, and pay where they cost less than these (one: less "
      "than 1/k of one): {}",
      answer.source,
      amounts_text(answer, classifiers, "of", [](const Gain& gain) { return thousand_text(*gain.value); }));
  std::vector<std::string> steps;
  for (const OfClassifier& gains : classifiers) {
    for (const Gain* gain : gains) {
      if (gain->step) steps.push_back(step_text(answer, *gain));
    }
  }
  if (!steps.empty()) text += fmt::format("; 1,000 of the next ones, by point estimates: {}", joined(steps));
  sentences.push_back(sentence(std::move(text), first.seeds));
}

// 4 to 7: what was added to the fewest and to the most images of the source, each amount, and what the images that were
// added to the fewest are worth.
void say_addition(const Answer& answer, std::vector<std::string>& sentences) {
  std::size_t fewest = std::numeric_limits<std::size_t>::max(), most = 0;
  for (const Gain& gain : answer.gains.gains) {
    if (!is_addition(answer, gain)) continue;
    fewest = std::min(fewest, gain.own);
    most = std::max(most, gain.own);
  }
  std::vector<OfClassifier> classifiers = added_to(answer, fewest);
  if (classifiers.empty()) return;
  const Gain& first = *classifiers.front().front();
  sentences.push_back(addition_sentence(answer, classifiers));
  for (OfClassifier& gains : classifiers) std::erase_if(gains, [](const Gain* gain) { return !gain->rate; });
  std::erase_if(classifiers, [](const OfClassifier& gains) { return gains.empty(); });
  if (!classifiers.empty()) {
    sentences.push_back(sentence(
        fmt::format("There, one further {} image would have done the work of this many added ones: {}", answer.source,
                    amounts_text(answer, classifiers, "of",
                                 [](const Gain& gain) { return rate_text(gain) + rate_readings_text(gain); })),
        first.seeds));
    say_value(answer, classifiers, sentences);
  }
  if (most != fewest) sentences.push_back(addition_sentence(answer, added_to(answer, most)));
}

// 8: how often adding helped at all; with augmentation, or other ways to use images, there is no room for it among ten
// sentences.
void say_counts(const Answer& answer, std::vector<std::string>& sentences) {
  if (!std::ranges::all_of(answer.gains.gains, unchanged)) return;
  std::vector<std::string> clauses;
  std::size_t seeds = 0;
  for (const auto& [title, up, down, all, of_seeds] : analysis::differing_mixtures(answer)) {
    seeds = of_seeds;
    if (all > 1) clauses.push_back(fmt::format("{} {} up and {} down of {}", title, up, down, all));
  }
  if (clauses.empty()) return;
  sentences.push_back(
      sentence(fmt::format("Mixtures whose accuracy differs from that of their {} images alone at the 5 % level after "
                           "Holm's correction over {}: {}",
                           answer.source, family_text(answer.gains), joined(clauses)),
               seeds));
}

// 8, too: augmentation in place of, or beside, other images; where ways to use images are compared (say_uses), these.
void say_augmentation(const Answer& answer, std::vector<std::string>& sentences) {
  if (compares_uses(answer)) return;
  const Gain* best = nullptr;
  for (const Gain& gain : answer.gains.gains) {
    if (!gain.change || gain.added > 0 || !only_augmented(gain)) continue;
    if (best == nullptr || gain.own < best->own ||
        (gain.own == best->own && gain.change->difference.mean > best->change->difference.mean)) {
      best = &gain;
    }
  }
  if (best == nullptr) return;
  std::vector<std::string> clauses{fmt::format("{} of the {} {} images {}",
                                               augmentation_text(*best->mixture.augmentation), format_count(best->own),
                                               answer.source, change_text(*best))};
  for (const bool both : {false, true}) {
    const auto added = choose(
        answer,
        [&](const Gain& g) {
          return g.classifier == best->classifier && g.own == best->own && g.added > 0 &&
                 (both ? only_augmented(g) && same_augmentation(g.mixture.augmentation, best->mixture.augmentation)
                       : unchanged(g));
        },
        more_added);
    for (const Gain* gain : added) {
      clauses.push_back(fmt::format("{} {}", additions_text(gain->mixture, answer.source), change_text(*gain)));
    }
  }
  sentences.push_back(
      sentence(fmt::format("Classical augmentation against generated images, {}: {}", best->title, joined(clauses)),
               best->seeds));
}

// 9: classes, by F1.
void say_classes(const Answer& answer, std::vector<std::string>& sentences) {
  std::vector<std::string> clauses;
  for (const Substitution& s : answer.substitutions) {
    if (s.other_source != answer.substitutions.front().other_source || s.classes.size() < 2) continue;
    const auto by_difference = [](const analysis::ClassSubstitution& c) { return c.f1.estimate.mean; };
    const auto [worst, best] = std::ranges::minmax_element(s.classes, {}, by_difference);
    const auto text = [](const analysis::ClassSubstitution& c) {
      return fmt::format("{} ({} instead of {}, {})", c.name, share(c.other.f1.mean, 2), share(c.own.f1.mean, 2),
                         difference_text(c.f1.estimate.mean, c.f1.interval, 2));
    };
    const auto as_good = std::ranges::count(s.classes, true, &analysis::ClassSubstitution::as_well);
    clauses.push_back(
        fmt::format("{} comes off best in {} and worst in {}, and is shown to be as good, within {}, in {}", s.title,
                    text(*best), text(*worst), share(analysis::kAsWell, 2),
                    as_good == 0 ? "none" : fmt::format("{} of {}", as_good, s.classes.size())));
  }
  if (clauses.empty()) return;
  const Substitution& first = answer.substitutions.front();
  sentences.push_back(sentence(fmt::format("F1 class by class, trained on {} instead of {}: {}", first.other_source,
                                           answer.source, joined(clauses)),
                               first.seeds));
}

// 10: the other direction.
void say_reverse(const Answer& answer, std::vector<std::string>& sentences) {
  std::vector<std::string> clauses;
  for (const Substitution& s : answer.substitutions) {
    if (!s.reverse || s.other_source != answer.substitutions.front().other_source) continue;
    clauses.push_back(fmt::format("{} {}", s.title, point(s.reverse->accuracy, s.reverse->accuracy_interval)));
  }
  if (clauses.empty()) return;
  const Substitution& first = answer.substitutions.front();
  sentences.push_back(sentence(fmt::format("The other way round, trained on {} and tested on {}{}: {}", answer.source,
                                           first.other_source, answer.real ? " (GAN-test)" : "", joined(clauses)),
                               first.reverse ? first.reverse->seeds() : first.seeds));
}

// 11: what the design could have seen.
void say_detectable(const Answer& answer, std::vector<std::string>& sentences) {
  const auto found = analysis::detectable(answer);
  if (!found) return;
  const auto size = [](double difference) { return difference > 1 ? "over 1" : share(difference); };
  const std::string others = found->comparisons == 1
                                 ? ""
                                 : fmt::format(" (the middle one of {} comparisons; {} to {})", found->comparisons,
                                               size(found->least), size(found->most));
  sentences.push_back(
      sentence(fmt::format("A true difference as large as {}{} would have been found with probability .8{}{}",
                           size(found->middle), others,
                           found->comparisons == 1 ? "" : ", at the 5 % level of all of them together",
                           found->middle > 1 ? ": none that is possible" : ""),
               found->seeds));
}

bool says_unknown(const std::vector<std::string>& sentences) {
  return std::ranges::any_of(
      sentences, [](const std::string& sentence) { return sentence.find(" unknown") != std::string::npos; });
}

std::vector<std::string> find_warnings(const Answer& answer, const std::vector<std::string>& sentences) {
  std::vector<std::string> warnings;
  if (!answer.guess.empty()) warnings.push_back(answer.guess);
  for (const auto& [title, reason] : answer.gains.left_out) {
    warnings.push_back(fmt::format("{} is left out: {}", title, reason));
  }
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const Gain& gain : answer.gains.gains) fewest = std::min(fewest, gain.seeds);
  for (const Substitution& s : answer.substitutions) fewest = std::min(fewest, s.seeds);
  if (fewest == 1) {
    warnings.emplace_back(
        "one seed: intervals cover the choice of test images only, and another seed may say otherwise");
  } else if (fewest < analysis::kFewSeeds) {
    warnings.push_back(
        fmt::format("{} seeds are few: standard deviations and intervals over them are uncertain{}", fewest,
                    says_unknown(sentences) ? "; \"unknown\" stands where an interval leaves out nothing" : ""));
  }
  if (answer.missing_runs > 0) {
    warnings.push_back(fmt::format("{} of {} runs are not finished: only seeds that all training sets have count",
                                   answer.missing_runs, answer.planned_runs));
  }
  return warnings;
}

}  // namespace

AnswerText answer_text(const Answer& answer) {
  AnswerText text;
  for (const auto say : {say_substitution, say_alone, say_addition, say_counts, say_augmentation, say_uses, say_kept,
                         say_classes, say_reverse, say_detectable}) {
    say(answer, text.sentences);
  }
  for (std::string& sentence : trade_sentences(answer)) text.sentences.push_back(std::move(sentence));
  for (std::string& sentence : reversal_sentences(answer)) text.sentences.push_back(std::move(sentence));
  if (const std::string budget = budget_text(answer.budget); !budget.empty() && !text.sentences.empty()) {
    text.sentences.push_back(fmt::format("Budget: {}.", budget));
  }
  if (!text.sentences.empty() && !answer.tuned.empty()) {
    text.sentences.push_back("Settings that validation images chose, the same trials for all. " +
                             fmt::format("{}", fmt::join(tuning_notes(answer.tuned), " ")));
  }
  if (!text.sentences.empty() && answer.seeds) text.sentences.push_back(seeds_sentence(*answer.seeds));
  if (!text.sentences.empty()) text.warnings = find_warnings(answer, text.sentences);
  return text;
}

}  // namespace ersatz::report
