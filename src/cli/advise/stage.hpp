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

/// How long the session's runs take on this machine, with as many at a time as there will be; what is not known of that
/// is measured.
struct StageTime {
  std::vector<double> runs;  ///< seconds of each run
  double features = 0;       ///< seconds before the first, for the features of a frozen network
  unsigned workers = 1;
};
StageTime stage_time(const StageFolder& folder, const study::Session& session);

}  // namespace ersatz::cli
