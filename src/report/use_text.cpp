#include "report/use_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/mixture_text.hpp"
#include "report/wording.hpp"
#include "study/read_amounts.hpp"

namespace ersatz::report {
namespace {

using analysis::Gain;
using study::Phase;
using study::SourceRamps;

// ".5", ".333", "1": three digits are enough to tell shares apart.
std::string number(double value) {
  const std::string text = fmt::format("{:.3g}", value);
  return text.starts_with("0.") ? text.substr(1) : text;
}

std::string ramp_text(const data::Ramp& ramp) {
  return ramp.constant() ? number(ramp.first) : fmt::format("{} to {}", number(ramp.first), number(ramp.last));
}

std::string draw_text(const SourceRamps& draw) {
  const bool half = draw.size() == 2 && std::ranges::all_of(draw, [](const auto& one) {
                      return one.second == data::Ramp{0.5, 0.5};
                    });
  if (half) return "half and half";
  std::vector<std::string> parts;
  for (const auto& [source, ramp] : draw) parts.push_back(fmt::format("{} {}", source, ramp_text(ramp)));
  return fmt::format("drawn {}", fmt::join(parts, ", "));
}

void add_texts(const SourceRamps& draw, const SourceRamps& weight, std::vector<std::string>& parts) {
  if (!draw.empty()) parts.push_back(draw_text(draw));
  for (const auto& [source, ramp] : weight) parts.push_back(fmt::format("{} weighted {}", source, ramp_text(ramp)));
}

// Whether some source comes in different amounts, so that its name does not say what a phase takes.
bool amounts_differ(const std::vector<Phase>& phases) {
  for (const Phase& phase : phases) {
    for (const auto& [source, amount] : phase.sources) {
      for (const Phase& other : phases) {
        const auto found = std::ranges::find(other.sources, source, [](const auto& part) { return part.first; });
        if (found != other.sources.end() && found->second != amount) return true;
      }
    }
  }
  return false;
}

std::string phase_text(const Phase& phase, bool with_amounts) {
  std::vector<std::string> sources, how;
  for (const auto& [source, amount] : phase.sources) {
    sources.push_back(with_amounts ? fmt::format("{} {}", study::amount_text(amount), source) : source);
  }
  add_texts(phase.draw, phase.weight, how);
  if (phase.augment) how.push_back(augmentation_text(*phase.augment));
  std::string text = fmt::format("{}", fmt::join(sources, "+"));
  if (!how.empty()) text += fmt::format(" ({})", fmt::join(how, ", "));
  return text;
}

std::string phases_text(const std::vector<Phase>& phases) {
  const bool with_amounts = amounts_differ(phases);
  const auto plain = [](const Phase& phase) {
    return phase.sources.size() == 1 && phase.weight.empty() && !phase.augment && phase.share == 0.5;
  };
  const bool halves = phases.size() == 2 && std::ranges::all_of(phases, plain) && !with_amounts &&
                      phases[0].sources[0].first != phases[1].sources[0].first;
  if (halves) return phases[0].sources[0].first + " first";
  std::vector<std::string> parts;
  for (const Phase& phase : phases) {
    const std::string length = phase.share ? number(*phase.share) + " of the steps"
                                           : format_count(static_cast<std::size_t>(phase.steps)) + " steps";
    parts.push_back(fmt::format("{} for {}", phase_text(phase, with_amounts), length));
  }
  return fmt::format("{}", fmt::join(parts, ", then "));
}

// Which images of a source are kept, and who chose them.
std::string keep_text(const std::string& source, const study::Keep& keep) {
  if (keep.by == study::KeepBy::random) return fmt::format("{} of {} kept at random", number(keep.share), source);
  std::string text = fmt::format("{} of {} kept by {}", number(keep.share), source, study::keep_name(keep.by));
  if (!keep.per_class) text += " over all classes";
  if (keep.verifier.classifier != study::VerifierChoice().classifier) text += " of " + keep.verifier.classifier;
  return text;
}

std::string labels_text(const study::TeacherLabels& labels) {
  std::string text = "labels of a teacher";
  if (labels.teacher.classifier != study::VerifierChoice().classifier) text += ", " + labels.teacher.classifier;
  if (labels.share != 1) text += fmt::format(", share {}", number(labels.share));
  if (labels.temperature != 1) text += fmt::format(", temperature {}", number(labels.temperature));
  return text;
}

// Whether the same images are used in another way: what keeps a part of them has others, and sentences of its own.
bool is_arm(const Gain& gain) {
  const analysis::Mixture& mixture = gain.mixture;
  const study::ImageUse& use = mixture.use;
  return gain.change && !use.is_usual() && use.keep.empty() && !mixture.augmented() && !mixture.has_own_settings();
}

std::string clause(const std::string& how, const Gain& gain) {
  return fmt::format("{} {}", how, difference_text(gain.change->difference.mean, gain.change->simultaneous));
}

}  // namespace

std::string use_text(const study::ImageUse& use) {
  std::vector<std::string> parts;
  add_texts(use.draw, use.weight, parts);
  if (!use.phases.empty()) parts.push_back(phases_text(use.phases));
  if (use.match != study::Match::nothing) parts.push_back(fmt::format("{} matched", study::match_name(use.match)));
  for (const auto& [source, keep] : use.keep) parts.push_back(keep_text(source, keep));
  if (use.labels) parts.push_back(labels_text(*use.labels));
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool compares_uses(const analysis::Answer& answer) { return std::ranges::any_of(answer.gains.gains, is_arm); }

// Of the classifier that comes first, the fewest images of the source, and the most that are added to them.
void say_uses(const analysis::Answer& answer, std::vector<std::string>& sentences) {
  const auto& gains = answer.gains.gains;
  const Gain* first = nullptr;
  for (const Gain& gain : gains) {
    if (!is_arm(gain) || (first != nullptr && gain.classifier != first->classifier)) continue;
    if (first == nullptr || gain.own < first->own || (gain.own == first->own && gain.added > first->added)) {
      first = &gain;
    }
  }
  if (first == nullptr) return;
  std::vector<std::string> clauses;
  for (const bool arm : {false, true}) {
    for (const Gain& gain : gains) {
      const bool same_images = gain.classifier == first->classifier && gain.mixture.images == first->mixture.images;
      if (!same_images || !gain.change) continue;
      if (arm && is_arm(gain)) clauses.push_back(clause(use_text(gain.mixture.use), gain));
      if (!arm && gain.mixture.only_mixed()) clauses.push_back(clause("mixed", gain));
    }
  }
  std::string others = other_images_text(first->mixture, answer.source);
  if (!others.empty()) others = " and " + others;
  sentences.push_back(fmt::format("Ways to use the same images, {} with {} {}{}, against the {} images alone: {} ({}).",
                                  first->title, format_count(first->own), answer.source, others, answer.source,
                                  fmt::join(clauses, "; "), seeds_text(first->seeds)));
}

// Of every classifier the fewest images of the source that others were chosen for.
void say_kept(const analysis::Answer& answer, std::vector<std::string>& sentences) {
  const auto& gains = answer.gains.gains;
  const auto first = std::ranges::find_if(gains, [](const Gain& gain) { return gain.over_random.has_value(); });
  if (first == gains.end()) return;
  std::vector<std::string> clauses;
  for (const Gain& gain : gains) {
    if (!gain.over_random || gain.own != first->own) continue;
    clauses.push_back(fmt::format("{} with {} ({}) {} ({})", gain.title, other_images_text(gain.mixture, answer.source),
                                  use_text(gain.mixture.use),
                                  difference_text(gain.over_random->difference.mean, gain.over_random->simultaneous),
                                  p_text(gain.over_random_p_holm)));
  }
  const std::size_t family = first->over_random->family;
  sentences.push_back(fmt::format(
      "Beside {} {} images, those that a verifier kept against as many at random{}: {} ({}).", format_count(first->own),
      answer.source, family > 1 ? fmt::format(", p after Holm's correction over {} comparisons", family) : "",
      fmt::join(clauses, "; "), seeds_text(first->seeds)));
}

}  // namespace ersatz::report
