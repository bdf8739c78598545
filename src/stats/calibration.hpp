#pragma once

#include <cstdint>
#include <span>

#include "base/npy.hpp"

namespace ersatz::stats {

/// Mean of -ln p(true class) over the rows of `probabilities` [n, classes]: what training makes small. A probability
/// counts as at least 2^-23, as in scikit-learn's log_loss of float32. NaN without rows, and where a probability is
/// NaN. Throws Error when the numbers of rows and labels differ, or a label is no column.
double negative_log_likelihood(const Matrix& probabilities, std::span<const std::int32_t> truth);

/// Expected calibration error (C. Guo et al., "On calibration of modern neural networks", ICML 2017, eq. 3): the images
/// in `bins` equal ranges of the largest probability, |share that is right - mean probability| of each, weighted by its
/// images. 0 is perfect. The same errors and NaN.
double expected_calibration_error(const Matrix& probabilities, std::span<const std::int32_t> truth, int bins = 15);

}  // namespace ersatz::stats
