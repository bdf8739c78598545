#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "study/training_settings.hpp"

namespace ersatz::study {

/// What a classifier is trained with on one training set, and not on all of a study's: a run does not show it.
struct OwnSettings {
  std::string classifier, train_on;
  TrainingSettings settings;  ///< the values that are set

  bool operator==(const OwnSettings&) const = default;
};

/// The key own_settings of study.json, and back. own_settings_from_json() throws Error and Json::exception on what
/// to_json() cannot have written.
Json to_json(const std::vector<OwnSettings>& arms);
std::vector<OwnSettings> own_settings_from_json(const Json& value);

/// Those of the arm; nothing set where it has none.
TrainingSettings own_settings_of(const std::vector<OwnSettings>& arms, const std::string& classifier,
                                 const std::string& train_on);

/// Those of `own` that make a difference: with which a run is trained with other values (`used`) than without
/// (`usual`).
TrainingSettings that_differ(const TrainingSettings& own, const TrainingSettings& used, const TrainingSettings& usual);

}  // namespace ersatz::study
