#pragma once

#include <string>

#include "models/method.hpp"

namespace ersatz::study {

/// A run of a ladder that repeats the steps of a shorter one until the cooldown of that begins. The shorter one leaves
/// its state there as the longer one's checkpoint.
struct LongerRun {
  std::string id;
  models::Method method;
};

}  // namespace ersatz::study
