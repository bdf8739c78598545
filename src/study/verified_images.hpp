#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "study/examples.hpp"
#include "study/run_spec.hpp"

namespace ersatz::study {

/// The training images of a run that are of this source.
data::Selection chosen_of(const TrainingSet& set, const TrainingExamples& chosen, const std::string& source);

/// Does what spec.train_on.use says of verifiers: leaves of `chosen` the generated images that are kept, and gives the
/// others than photographs their soft labels. Verifiers see the training images of the run alone, and those of the real
/// source only to learn from; they are read from `cache`, or trained by this thread where they are missing. Throws
/// Error, or Stopped.
void verify_images(const RunSpec& spec, int classes, const std::filesystem::path& cache,
                   const std::function<void(const std::string& message)>& on_warning, TrainingExamples& chosen);

/// The classifiers that verify images of a training set; each once.
std::vector<std::string> verifiers_of(const ImageUse& use);

/// Throws Error, whose text goes behind "train.NAME.", when a verifier cannot learn from the images of `real` in the
/// set, `counts` of them: there are none, or fewer than two of a class, or they are too small for it.
void check_verifiers(const TrainingSet& set, const ExampleCounts& counts, const data::DataSet& data,
                     const std::string& real);

}  // namespace ersatz::study
