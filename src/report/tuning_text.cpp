#include "report/tuning_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/mixture_text.hpp"
#include "report/settings_text.hpp"
#include "report/wording.hpp"

namespace ersatz::report {

std::string trial_text(const study::Trial& trial) {
  std::vector<std::string> parts;
  study::TrainingSettings settings;
  settings.learning_rate = trial.learning_rate;
  settings.label_smoothing = trial.label_smoothing;
  if (std::string text = settings_text(settings); !text.empty()) parts.push_back(std::move(text));
  if (trial.augment) {
    parts.push_back(trial.augment->empty() ? "not augmented" : augmentation_text(*trial.augment));
  }
  return parts.empty() ? "as the study says" : join_words(parts, ", ");
}

std::vector<std::string> tuning_notes(const std::vector<analysis::TunedArm>& arms) {
  std::vector<std::string> notes;
  for (const analysis::TunedArm& arm : arms) {
    if (arm.trials < 2) continue;  // the training set and the classifier decide all
    notes.push_back(fmt::format("{} on {}: {}: the best of {} trials on validation images.",
                                analysis::classifier_title(arm.classifier), arm.train_on, trial_text(arm.setting),
                                arm.trials));
  }
  return notes;
}

std::string seeds_sentence(const analysis::SeedsWanted& seeds) {
  const study::SeedRule& rule = seeds.rule;
  std::string text = fmt::format(
      "Seeds: {}, {} to begin with and {} at most, until no 95 % interval of the {} is wider than ±{}: the widest is "
      "±{}",
      rule.asked, study::kFirstSeeds, rule.most,
      seeds.contrasts == 1 ? "one comparison" : fmt::format("{} comparisons", seeds.contrasts), share(rule.half_width),
      share(seeds.widest));
  if (seeds.wide == 0) return text + ".";
  text += fmt::format("; {} wider", seeds.wide == 1 ? "1 is" : fmt::format("{} are", seeds.wide));
  if (seeds.wide > seeds.hopeless) {
    text += rule.asked < rule.most
                ? fmt::format(", and {} seeds are asked for next", seeds.to_ask())
                : fmt::format(", for which about {} seeds would be needed", format_count(seeds.needed));
  }
  if (seeds.hopeless > 0) {
    text +=
        fmt::format("; of {} the choice of test images leaves more than that open, whatever the seeds", seeds.hopeless);
  }
  return text + ".";
}

}  // namespace ersatz::report
