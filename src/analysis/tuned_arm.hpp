#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "study/run_record.hpp"

namespace ersatz::analysis {

/// A classifier on a training set whose settings its validation images chose.
struct TunedArm {
  std::string classifier, train_on;
  std::size_t trials = 0;  ///< settings that were tried
  study::Trial setting;    ///< the chosen one; nothing set: what the study says
};

/// The arms of a study that are tuned to their end, in plan order; none where it does not tune.
std::vector<TunedArm> tuned_arms(const std::filesystem::path& out, const study::StudyRecord& study);

/// Gives the training sets of runs the settings of their own (own_settings.hpp) and the augmentation that the study
/// file has, whatever tuning chose: what they are told apart by.
void read_as_asked(const study::StudyRecord& study, std::vector<study::RunRecord>& runs);

}  // namespace ersatz::analysis
