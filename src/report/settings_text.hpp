#pragma once

#include <string>

#include "study/training_settings.hpp"

namespace ersatz::report {

/// "learning rate .03, label smoothing .1": the values that are set, of those that a training set may have of its own.
std::string settings_text(const study::TrainingSettings& settings);

}  // namespace ersatz::report
