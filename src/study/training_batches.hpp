#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "data/batch_sampler.hpp"
#include "data/batch_source.hpp"
#include "models/classifier.hpp"
#include "models/method.hpp"
#include "study/examples.hpp"
#include "study/run_spec.hpp"

namespace ersatz::study {

/// What a run's steps train on.
struct TrainingBatches {
  std::unique_ptr<data::BatchSource> images;  ///< all training images, as the method augments them
  /// Which of them each step takes, where the training set says how they are used; else nothing.
  std::unique_ptr<data::BatchSampler> sampler;
  std::vector<std::unique_ptr<data::BatchSource>> of_phases;  ///< those that phases with an `augment` of their own read
};

/// Of what was chosen for the run. Throws Error, or Stopped.
TrainingBatches make_training_batches(const models::Classifier& classifier, const models::Method& method,
                                      const RunSpec& spec, const TrainingExamples& chosen,
                                      const std::filesystem::path& cache);

}  // namespace ersatz::study
