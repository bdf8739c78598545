#pragma once

#include <memory>

#include "data/match/matched_images.hpp"
#include "study/examples.hpp"
#include "study/run_spec.hpp"

namespace ersatz::study {

/// The training images of a run, those of other sources matched to the ones of spec.train_on.use.match_to; nothing
/// where the training set does not say so. Statistics are those of the chosen training images alone. Throws Stopped
/// when a stop is requested.
std::shared_ptr<data::MatchedImages> match_images(const RunSpec& spec, const TrainingExamples& chosen);

/// Memory that a run on so many training images may keep matched ones in.
std::size_t matched_bytes(const TrainingSet& set, std::size_t training_images, data::ImageShape shape);

}  // namespace ersatz::study
