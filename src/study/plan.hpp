#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "models/method.hpp"
#include "study/real_source.hpp"
#include "study/run_record.hpp"
#include "study/run_spec.hpp"
#include "study/study_file.hpp"

namespace ersatz::study {

/// A run that the study asks for.
struct PlannedRun {
  RunSpec spec;
  models::Method method;  ///< that it is trained with
  std::string id;
  std::size_t training_images = 0, validation_images = 0;
  double cost = 0;  ///< estimated work: images trained on x multiplications of one image
};

/// All runs of a study on its data: classifiers outermost, then training sets, then seeds, each in
/// the order of the study file.
struct Plan {
  std::vector<PlannedRun> runs;
  RealSource real;                    ///< whose images the others stand in for
  std::vector<std::string> test_on;   ///< sources that every run is tested on
  std::vector<std::string> notes;     ///< what a reader of the tables must know: images left out, runs not made
  std::vector<std::string> warnings;  ///< what nobody may overlook: leaks, a sample instead of the whole
  std::vector<std::string> remarks;   ///< what the one who wrote the study should know: keys that do not count
};

/// Classifiers whose backbone has no weights, neither given in the study nor in `cache`, make no runs
/// but a note. Throws Error when the study names a source that the data do not have, more images
/// than there are, a split without images, a weights file that is not there, or when no run is
/// left; nothing is written.
Plan make_plan(const Study& study, const data::DataSet& data, const std::filesystem::path& cache);

/// Indices of plan.runs, the longest first: the order in which several workers finish soonest.
std::vector<std::size_t> longest_first(const Plan& plan);

struct Session;
/// What DIR/study.json says of this study.
StudyRecord study_record(const Session& session);

}  // namespace ersatz::study
