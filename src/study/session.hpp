#pragma once

#include <filesystem>

#include "data/data_set.hpp"
#include "study/plan.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {

/// A study with everything that working on it needs: what `ersatz run` and `ersatz plan` open and hand on.
struct Session {
  Study study;
  data::DataSet data;
  std::filesystem::path out;    ///< the output folder, which may not be there yet
  std::filesystem::path cache;  ///< decoded images, weights, features of backbones
  Plan plan;
};

}  // namespace ersatz::study
