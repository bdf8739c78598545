#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "study/ladder.hpp"
#include "study/seed_rule.hpp"
#include "study/tuning.hpp"

namespace ersatz::study {

// A study whose later runs depend on earlier ones by more than a ladder: its arms are tuned, or get further seeds, or
// both, and may climb a ladder in between.

/// A classifier on a training set, with all runs that may be made.
struct StagedArm {
  std::string classifier, train_on;
  /// How the study file has its images changed, whatever tuning chooses.
  std::optional<std::vector<data::Augmentation>> augment;
  /// Ids, [trial][budget][seed]; no budget of a trial that would repeat an earlier one.
  std::vector<std::vector<std::vector<std::string>>> runs;
  std::vector<std::string> fixed{};  ///< keys of a trial that are not tried here: the training set or the classifier
                                     ///< decides them
};

/// What the arm is trained with in a trial, in place of what the study says.
Trial setting_of(const StagedArm& arm, Trial trial);

struct Stages {
  std::vector<Trial> trials{{}};  ///< one where nothing is tuned
  std::optional<SeedRule> seeds;
  std::vector<StagedArm> arms;  ///< in plan order

  bool tunes() const { return trials.size() > 1; }
  bool operator==(const Stages& other) const;
};

/// The key stages of study.json, and back. stages_from_json() throws Json::exception, and Error on what to_json()
/// cannot have written.
Json to_json(const Stages& stages);
Stages stages_from_json(const Json& value);

/// Nothing for a run that is not finished.
using AccuracyOf = std::function<std::optional<double>(const std::string& id)>;

/// How far an arm has come.
struct ArmStage {
  Tuned tuned;
  std::optional<std::size_t> chosen;  ///< the trial whose runs are made; without tuning the first
  std::optional<LadderArm> ladder;    ///< of the chosen trial, in a study with a ladder
  std::optional<Climb> climb;
  std::vector<std::string> trials;  ///< runs that are asked for and not tested: they are only chosen by
  std::vector<std::string> runs;    ///< that are asked for and tested
  /// Those that may still follow, were the best trials so far to be chosen: as many as there will be at most, without
  /// further seeds.
  std::vector<std::string> later;
};

/// Decides by the finished runs alone, so that every command that looks at them decides alike. Only the first
/// kDecidingSeeds seeds choose a setting, and where a study adds seeds, a budget; further ones are made of what was
/// chosen.
ArmStage stage_of(const Stages& stages, const std::optional<LadderRule>& ladder, const StagedArm& arm,
                  const AccuracyOf& accuracy);

}  // namespace ersatz::study
