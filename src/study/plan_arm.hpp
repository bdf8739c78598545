#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.hpp"
#include "models/classifier.hpp"
#include "study/examples.hpp"
#include "study/plan.hpp"

namespace ersatz::study {

/// What all runs of an arm, a classifier on a training set, have in common.
struct ArmPlan {
  const Study& study;
  const data::DataSet& data;
  const std::vector<std::string>& test_on;
  const std::string& real;  ///< the real source
  std::string name;         ///< of the classifier
  const models::Classifier& classifier;
  std::optional<WeightsFile> weights;
  const TrainingSet& set;
  const ExampleCounts& counts;
  double work = 0;      ///< multiplications of one image
  std::size_t arm = 0;  ///< its number
};

/// Adds all runs of the arm that may ever be made, by trial, budget and seed, and says which they are. A trial that
/// would repeat the runs of an earlier one has none.
StagedArm add_runs(const ArmPlan& arm, std::vector<PlannedRun>& runs);

}  // namespace ersatz::study
