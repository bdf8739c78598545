#pragma once

#include <limits>

namespace ersatz::metrics {

/// A metric of sets of images.
struct Estimate {
  double value = 0;
  /// The standard error over the choice of images: how much the value differs between sets drawn anew from the same
  /// sources, not between trainings of a generator. NaN where there is none.
  double se = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace ersatz::metrics
