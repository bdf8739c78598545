#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/classifier.hpp"
#include "models/method.hpp"
#include "study/run_spec.hpp"
#include "study/training_settings.hpp"

namespace ersatz::study {

/// How a run is trained, and what is said of it.
struct Resolution {
  models::Method method;
  TrainingSettings used;             ///< as run.json has them
  std::string version;               ///< of the classifier's own method; empty where the study decides
  std::vector<std::string> ignored;  ///< keys that the study asks for and the classifier's own method decides
};

/// From what a study asks for to what a classifier is trained with on `images` images of `set`: the study's values, the
/// usual ones where it says nothing, and the classifier's own method where it brings one. Only make_plan() calls it:
/// everything after it goes by what was resolved here.
Resolution resolve(const TrainingSettings& asked, const models::Classifier& classifier, const TrainingSet& set,
                   std::size_t images);

}  // namespace ersatz::study
