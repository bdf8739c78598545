#pragma once

#include "models/classifier.hpp"
#include "models/method.hpp"
#include "study/run_spec.hpp"
#include "study/training_settings.hpp"

namespace ersatz::study {

// From what a training set asks of the use of its images to what a run does with them. Only make_plan() calls these.
// Both throw Error, whose text goes behind FILE:LINE: train.NAME.

/// What the study asks of runs on `set`: where its phases have steps, these are the budget.
TrainingSettings asked_of(const TrainingSet& set, TrainingSettings asked);

/// `set` as run.json has it: shares of phases become steps of the method's budget, and `real` is what `match` goes by.
/// What changes nothing is left out. Refuses what the classifier cannot be trained with.
TrainingSet resolve_use(TrainingSet set, const models::Classifier& classifier, const models::Method& method,
                        const std::string& real);

}  // namespace ersatz::study
