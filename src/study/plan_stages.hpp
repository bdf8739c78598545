#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "models/classifier.hpp"
#include "study/plan.hpp"

namespace ersatz::study {

/// Keys of a trial that are not tried for a classifier on a training set: what the set says itself, the rate of a
/// method of its own, and images that a frozen backbone has its features of.
std::vector<std::string> fixed_keys(const TrainingSet& set, const models::Classifier& classifier);

/// What a trial, without such keys, makes of a training set.
TrainingSet tried_set(TrainingSet set, const Trial& trial);

/// The trials of every arm; one, with nothing set, where the study does not tune.
std::vector<Trial> trials_of(const Study& study);

/// Makes the stages of a plan whose runs are all that may be made, by arm (a StagedArm each, in this order), trial,
/// budget and seed, and leaves those to be asked for that come first.
void make_stages(Plan& plan, Stages stages, const std::optional<LadderRule>& ladder);

/// Whether a study has stages.
bool has_stages(const Study& study);

/// Asks for what the finished runs in `out` lead to, and returns whether there is a run that was not asked for before,
/// or was a trial. The plan must have stages.
bool ask_for_more_stages(Plan& plan, const std::filesystem::path& out);

}  // namespace ersatz::study
