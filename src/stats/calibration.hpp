#pragma once

#include <cstdint>
#include <span>

#include "base/npy.hpp"

namespace ersatz::stats {

/// Mean of -ln p(true class) over the rows of `probabilities` [n, classes]: what training makes small. A probability
/// counts as at least 2^-23, as in scikit-learn's log_loss of float32. NaN without rows, and where a probability is
/// NaN. Throws Error when the numbers of rows and labels differ, or a label is no column.
double negative_log_likelihood(const Matrix& probabilities, std::span<const std::int32_t> truth);

/// Brier score of several classes (G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly
/// Weather Review 78, 1950): the mean over the rows of sum_c (p_c - [c is the true class])^2, 0 to 2. 0 is perfect. The
/// same errors and NaN.
double brier_score(const Matrix& probabilities, std::span<const std::int32_t> truth);

/// Share of the rows whose true class is among the `k` most probable ones. Of equal probabilities the lower class goes
/// first, so that k = 1 gives the accuracy. The same errors and NaN; throws Error unless k >= 1.
double top_k_accuracy(const Matrix& probabilities, std::span<const std::int32_t> truth, int k);

/// Expected calibration error (C. Guo et al., "On calibration of modern neural networks", ICML 2017, eq. 3): the images
/// in `bins` equal ranges of the largest probability, |share that is right - mean probability| of each, weighted by its
/// images. 0 is perfect. The same errors and NaN.
double expected_calibration_error(const Matrix& probabilities, std::span<const std::int32_t> truth, int bins = 15);

/// The same as means of one value an image (influence.hpp), which fill `out`: -ln p(true class); the squared distance;
/// 1 or 0; and right - largest probability, turned round in those ranges whose images are surer than right. The same
/// errors and NaN.
void likelihood_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out);
void brier_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out);
void top_k_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out, int k);
void calibration_values(const Matrix& probabilities, std::span<const std::int32_t> truth, std::span<double> out,
                        int bins = 15);

}  // namespace ersatz::stats
