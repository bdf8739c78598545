#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/study_options.hpp"
#include "study/advice/search_plan.hpp"

namespace ersatz::cli {

/// What all stages of `ersatz advise` need: where they lie, and how images are read.
struct StageFolder {
  std::filesystem::path out;
  std::string data;  ///< the sections of the study files that say where the images are
  StudyOptions options;
  unsigned jobs = 0;
};

/// Writes the stage's study file and opens it. A search is not tested: its runs see no test image. Throws Error.
study::Session open_stage(const StageFolder& folder, const study::SearchPlan& plan, const study::Stage& stage,
                          const std::vector<study::Recipe>& recipes, bool tested);

/// Makes the runs of a stage that are missing. Returns the names of the training sets of those that failed, each with
/// why. Throws Error and Stopped.
struct FailedRecipe {
  std::string name, message;
};
std::vector<FailedRecipe> make_runs(const StageFolder& folder, study::Session& session);

/// Seconds that a training step of the session's runs takes on this machine, on average, with as many runs at a time as
/// there will be; measured where that is not known.
struct StepTime {
  double seconds = 0;
  unsigned workers = 1;
};
StepTime step_time(const StageFolder& folder, const study::Session& session);

}  // namespace ersatz::cli
