#include "study/resolve_use.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "train/verifier.hpp"

namespace ersatz::study {
namespace {

void resolve_phases(TrainingSet& set, const models::Method& method) {
  std::vector<Phase>& phases = set.use.phases;
  if (phases.empty()) return;
  const auto budget = method.step_budget();
  if (!budget) {
    throw Error("phases: they need a budget of steps, but the study has epochs",
                "add steps = 6250 to [training], or give each phase steps in place of a share");
  }
  double share = 0;
  std::int64_t before = 0;
  for (Phase& phase : phases) {
    if (!phase.share) continue;
    share += *phase.share;
    const std::int64_t end = &phase == &phases.back() ? *budget : std::llround(share * static_cast<double>(*budget));
    phase.steps = end - before;
    phase.share.reset();
    before = end;
    if (phase.steps < 1) {
      throw Error(fmt::format("phases: {} steps are too few for {} phases of these shares", format_count(*budget),
                              phases.size()));
    }
  }
  const Json usual = augmentations_to_json(method.augmentation);
  for (Phase& phase : phases) {
    if (phase.augment && augmentations_to_json(*phase.augment) == usual) phase.augment.reset();
  }
}

void resolve_match(TrainingSet& set, const models::Classifier& classifier, const std::string& real) {
  if (set.use.match == Match::nothing) return;
  const bool holds = std::ranges::any_of(set.sources, [&](const auto& part) { return part.first == real; });
  if (!holds) {
    throw Error(fmt::format("match: the training set holds no images of {}, the real source, that others could be "
                            "matched to",
                            real),
                "add some to it, or name another source under [study] real");
  }
  if (set.sources.size() == 1) {
    set.use.match = Match::nothing;
    return;
  }
  if (classifier.backbone) {
    throw Error(fmt::format("match: {} cannot be trained on matched images: its frozen layers see every image once, "
                            "before training",
                            classifier.title),
                "train classifiers without a pretrained network on it, in a study of their own");
  }
  set.use.match_to = real;
}

// Whether there are photographs to learn from was checked before (check_verifiers()).
void resolve_verifiers(TrainingSet& set, const std::string& real) {
  const std::string recipe(train::kVerifierRecipe);
  for (auto& [source, keep] : set.use.keep) {
    if (source == real) {
      throw Error(fmt::format("keep.{}: it is the real source, whose images are what others are judged by", source),
                  "keep images of another source, or name another one under [study] real");
    }
    keep.verifier =
        keep.by == KeepBy::random ? VerifierChoice() : VerifierChoice{keep.verifier.classifier, real, recipe};
  }
  if (set.use.labels && set.sources.size() == 1) set.use.labels.reset();  // there are photographs alone
  if (set.use.labels) set.use.labels->teacher = {set.use.labels->teacher.classifier, real, recipe};
}

}  // namespace

TrainingSettings asked_of(const TrainingSet& set, TrainingSettings asked) {
  std::int64_t steps = 0;
  for (const Phase& phase : set.use.phases) steps += phase.steps;
  if (steps == 0) return asked;
  if (asked.steps && *asked.steps != steps) {
    throw Error(fmt::format("phases: they have {} steps together, but {} are asked for", format_count(steps),
                            format_count(*asked.steps)),
                "give each phase a share of the steps, or leave steps to the phases");
  }
  asked.steps = steps;
  asked.epochs.reset();
  asked.patience.reset();
  return asked;
}

TrainingSet resolve_use(TrainingSet set, const models::Classifier& classifier, const models::Method& method,
                        const std::string& real) {
  resolve_phases(set, method);
  resolve_match(set, classifier, real);
  resolve_verifiers(set, real);
  return set;
}

}  // namespace ersatz::study
