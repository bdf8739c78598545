#pragma once

#include <cstddef>
#include <span>

#include "base/npy.hpp"
#include "metrics/estimate.hpp"

namespace ersatz::metrics {

/// The Vendi score of a symmetric kernel matrix [n, n] whose diagonal is 1: the exponential of the entropy of the
/// eigenvalues of K / n, 1 of n copies and n of images that have nothing in common (Friedman and Dieng, TMLR 2023).
/// Throws Error when the size is not n x n, n is 0, an element is not finite, the diagonal is not 1 or the matrix not
/// symmetric (to 1e-6).
double vendi_of_kernel(std::span<const double> kernel, std::size_t n);

struct VendiOptions {
  bool with_error = true;  ///< 20 eigendecompositions
  unsigned threads = 0;    ///< 0: one per core
};

/// Of the cosines between rows [n, d]: by the d x d matrix that has the same eigenvalues where d is below n. The error
/// is by a jackknife of 20 groups; the score itself grows with n, towards that of the whole distribution. Throws Error
/// when the set is empty, features are not finite or a row is 0 throughout; Stopped when a stop is requested.
Estimate vendi_score(const Matrix& rows, const VendiOptions& options = {});

}  // namespace ersatz::metrics
